import { listSettings, type Setting } from '@nexus/config';

/** Settings by the groups of the schema, with a heading each. */
export function listSettingGroups(): readonly { readonly heading: string; readonly settings: readonly Setting[] }[] {
  const groups = Map.groupBy(listSettings(), ({ group }) => group);
  return [...groups].map(([heading, settings]) => ({ heading, settings }));
}

/** The value in force where nothing is given, as one would write it in the environment; empty where there is none. */
export function toPresetText({ preset }: Setting): string {
  if (preset === null) return '';
  if (Array.isArray(preset)) return preset.join(',');
  return typeof preset === 'string' ? preset : JSON.stringify(preset);
}
