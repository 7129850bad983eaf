import { listSettings, type Setting } from '@nexus/config';

const HEADINGS: Readonly<Record<string, string>> = {
  server: 'Server',
  upstream: 'Claude',
  identity: 'Domains, credentials and keys',
  storage: 'Storage',
  recorder: 'Recorder',
  dashboard: 'Dashboard and API',
  log: 'Log',
};

/** Settings by the groups of the schema, with a heading each. */
export function listSettingGroups(): readonly { readonly heading: string; readonly settings: readonly Setting[] }[] {
  const groups = Map.groupBy(listSettings(), ({ path }) => path.split('.')[0] ?? '');
  return [...groups].map(([group, settings]) => ({ heading: HEADINGS[group] ?? group, settings }));
}

/** The value in force where nothing is given, as one would write it in the environment; empty where there is none. */
export function toPresetText({ preset }: Setting): string {
  if (preset === null) return '';
  if (Array.isArray(preset)) return preset.join(',');
  return typeof preset === 'string' ? preset : JSON.stringify(preset);
}
