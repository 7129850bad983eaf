import { convertText } from './convert-text.ts';
import type { Problem } from './problem.ts';
import { readSecretFile, type TextReader } from './secret-file.ts';
import type { Setting } from './setting.ts';
import type { Given } from './setting-origin.ts';
import { toSuggestion } from './suggest-name.ts';

/**
 * What the command line says: `--port 8080`, `--port=8080`, `--debug`, `--no-storage-enabled`, and `--config <file>`.
 * Secrets are taken from files (`--database-url-file`), since a command line can be read by everybody on the machine.
 */
export function readFlags(
  settings: readonly Setting[],
  argv: readonly string[],
  reader: TextReader,
): { given: Map<string, Given>; problems: Problem[]; configFile: string | null } {
  const given = new Map<string, Given>();
  const problems: Problem[] = [];
  let configFile: string | null = null;
  let rest = [...argv];
  while (rest.length > 0) {
    const step = readOne(settings, rest, reader);
    rest = step.rest;
    if (step.kind === 'problem') problems.push(step.problem);
    if (step.kind === 'config') configFile = step.file;
    if (step.kind === 'value') {
      given.set(step.setting.path, { value: step.value, origin: { kind: 'flag', flag: step.setting.flag } });
    }
  }
  return { given, problems, configFile };
}

type Step = { rest: string[] } & (
  | { kind: 'value'; setting: Setting; value: unknown }
  | { kind: 'config'; file: string }
  | { kind: 'problem'; problem: Problem }
);

function readOne(settings: readonly Setting[], argv: readonly string[], reader: TextReader): Step {
  const [word = '', next, ...afterNext] = argv;
  const rest = argv.slice(1);
  const match = /^--(no-)?([a-z][a-z0-9-]*)(?:=(.*))?$/s.exec(word);
  const [, no, name = '', inline] = match ?? [];
  const setting = settings.find(({ flag }) => flag === name);
  const isSwitch = setting?.kind === 'boolean' || setting?.kind === 'boolean-or-word';

  if (setting !== undefined && isSwitch && no !== undefined && inline === undefined) {
    return { kind: 'value', setting, value: false, rest };
  }
  if (match === null || no !== undefined || (setting === undefined && name !== 'config')) {
    // What stands behind an unknown flag was meant for it, and is no mistake of its own.
    const left = match !== null && inline === undefined && next?.startsWith('-') === false ? afterNext : rest;
    return { kind: 'problem', problem: toUnknownFlag(settings, word), rest: left };
  }
  if (setting !== undefined && isSwitch && inline === undefined && !isSwitchValue(setting, next)) {
    return { kind: 'value', setting, value: true, rest };
  }
  const text = inline ?? next;
  const left = inline === undefined ? afterNext : rest;
  if (text === undefined || (inline === undefined && text.startsWith('--'))) {
    const problem = {
      path: setting?.path ?? 'config',
      env: setting?.env ?? null,
      source: word,
      message: 'needs a value',
    };
    return { kind: 'problem', problem, rest };
  }
  if (setting === undefined) return { kind: 'config', file: text, rest: left };
  if (!setting.secret) return { kind: 'value', setting, value: convertText(setting, text), rest: left };
  const asked = { path: setting.path, env: setting.env, source: `--${setting.flag}` };
  const read = readSecretFile(reader, text, asked);
  return read.ok
    ? { kind: 'value', setting, value: read.text, rest: left }
    : { kind: 'problem', problem: read.problem, rest: left };
}

// `--debug false` is a switch with a value; `--debug --port 1` is not.
function isSwitchValue(setting: Setting, next: string | undefined): boolean {
  if (next === undefined) return false;
  return typeof convertText(setting, next) === 'boolean' || (setting.choices ?? []).includes(next);
}

function toUnknownFlag(settings: readonly Setting[], word: string): Problem {
  const name = word.split('=')[0] ?? word;
  const secret = settings.find((setting) => setting.secret && `--${setting.flag}` === `${name}-file`);
  const message =
    secret === undefined
      ? `is not a flag${toSuggestion(name, ['--config', ...settings.map(({ flag }) => `--${flag}`)])}`
      : `would show a secret to everybody on this machine; use --${secret.flag} <file> or the environment`;
  return { path: name, env: null, source: 'the command line', message };
}
