import { listSettings, type Setting } from '@nexus/config';
import { type Command, Option } from 'commander';

/**
 * Gives a command `--config` and a flag for every setting of the schema, under headings. Help lists those of `groups`
 * only, where given: one deployment has one set of flags, but a command explains what matters to it.
 */
export function addSettingOptions(command: Command, groups?: readonly string[]): void {
  command.addOption(new Option('--config <file>', 'settings file; default: nexus.json here, if there is one'));
  for (const setting of listSettings()) {
    const isShown = groups?.includes(setting.path.split('.')[0] ?? '') ?? true;
    for (const option of toOptions(setting)) command.addOption(isShown ? option : option.hideHelp());
  }
}

/**
 * The same for a command that is about nothing but settings: words that are no flag, and flags without their value, reach
 * `loadConfig`, which tells of them together with everything else that is wrong.
 */
export function addAllSettings(command: Command, groups?: readonly string[]): void {
  addSettingOptions(command, groups);
  command.allowUnknownOption().allowExcessArguments();
  for (const option of command.options.filter(({ required }) => required)) {
    option.required = false;
    option.optional = true;
  }
}

/** Every word that is none of those flags, and what was given of them, written again as `loadConfig` reads it. */
export function toSettingFlags(command: Command): readonly string[] {
  return [...command.args.slice(command.registeredArguments.length), ...listGiven(command)];
}

function listGiven(command: Command): readonly string[] {
  const names = new Set(['--config', ...listSettings().map(({ flag }) => `--${flag}`)]);
  return command.options.flatMap((option) => {
    if (option.negate || !names.has(option.long ?? '')) return [];
    if (command.getOptionValueSource(option.attributeName()) !== 'cli') return [];
    const value: unknown = command.getOptionValue(option.attributeName());
    const name = option.long ?? '';
    if (value === true) return [name];
    if (value === false) return [name.replace('--', '--no-')];
    return typeof value === 'string' ? [`${name}=${value}`] : [];
  });
}

function toOptions(setting: Setting): readonly Option[] {
  const about = `${setting.about} [${setting.env}${toPresetText(setting)}]`;
  const heading = `${setting.group}:`;
  if (setting.kind !== 'boolean' && setting.kind !== 'boolean-or-word') {
    return [new Option(`--${setting.flag} <${toValueName(setting)}>`, about).helpGroup(heading)];
  }
  return [
    new Option(`--${setting.flag} [value]`, about).helpGroup(heading),
    new Option(`--no-${setting.flag}`).hideHelp(),
  ];
}

function toValueName(setting: Setting): string {
  if (setting.secret) return 'file';
  if (setting.choices !== null) return setting.choices.join('|');
  return setting.kind === 'integer' ? 'number' : setting.kind;
}

function toPresetText({ preset }: Setting): string {
  if (preset === null || preset === '') return '';
  const text = Array.isArray(preset) ? preset.join(',') : JSON.stringify(preset).replaceAll('"', '');
  return text === '' ? '' : `, default ${text}`;
}
