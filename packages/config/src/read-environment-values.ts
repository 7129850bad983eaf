import { convertText } from './convert-text.ts';
import { findAlias } from './flow-aliases.ts';
import type { Problem } from './problem.ts';
import type { Environment } from './read-environment.ts';
import { readSecretFile, type TextReader } from './secret-file.ts';
import type { Setting } from './setting.ts';
import type { Given } from './setting-origin.ts';
import { toSuggestion } from './suggest-name.ts';

/** Names that start with NEXUS_ and are not settings: where the file is, and what the test runner tells its tests. */
const OTHER_NAMES = /^NEXUS_(CONFIG$|TEST_)/;

/** What the environment says. A misspelt `NEXUS_…` name is a problem; other programs' names are none of our business. */
export function readEnvironmentValues(
  settings: readonly Setting[],
  env: Environment,
  reader: TextReader,
): { given: Map<string, Given>; problems: Problem[] } {
  const given = new Map<string, Given>();
  const problems = listUnknownNames(settings, env);
  for (const setting of settings) {
    const found = findValue(setting, env, reader);
    if (found.kind === 'problem') problems.push(found.problem);
    if (found.kind === 'value') {
      given.set(setting.path, { value: found.value, origin: { kind: 'environment', env: found.env } });
    }
  }
  return { given, problems };
}

type Found =
  | { kind: 'nothing' }
  | { kind: 'value'; value: unknown; env: string }
  | { kind: 'problem'; problem: Problem };

function findValue(setting: Setting, env: Environment, reader: TextReader): Found {
  const text = env[setting.env];
  const isGiven = text !== undefined && (text.trim() !== '' || setting.emptyCounts);
  const file = setting.secret ? env[`${setting.env}_FILE`] : undefined;
  if (file === undefined || file.trim() === '') {
    return isGiven ? { kind: 'value', value: convertText(setting, text), env: setting.env } : findByAlias(setting, env);
  }
  const asked = { path: setting.path, env: setting.env, source: `${setting.env}_FILE` };
  if (isGiven) {
    return { kind: 'problem', problem: { ...asked, message: `is set together with ${setting.env}; set only one` } };
  }
  const read = readSecretFile(reader, file, asked);
  return read.ok
    ? { kind: 'value', value: read.text, env: `${setting.env}_FILE` }
    : { kind: 'problem', problem: read.problem };
}

function findByAlias(setting: Setting, env: Environment): Found {
  const alias = findAlias(setting.env);
  const text = alias === null ? undefined : env[alias.env];
  if (alias === null || text === undefined || text.trim() === '') return { kind: 'nothing' };
  return { kind: 'value', value: convertText(setting, alias.toOurs(text)), env: alias.env };
}

function listUnknownNames(settings: readonly Setting[], env: Environment): Problem[] {
  const known = new Set(settings.flatMap(({ env: name, secret }) => (secret ? [name, `${name}_FILE`] : [name])));
  return Object.keys(env)
    .filter((name) => name.startsWith('NEXUS_') && !known.has(name) && !OTHER_NAMES.test(name))
    .map((name) => ({
      path: name,
      env: name,
      source: 'the environment',
      message: `is not a setting${toSuggestion(name, [...known])}`,
    }));
}
