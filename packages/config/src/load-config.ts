import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { type Config, finishConfig } from './finish-config.ts';
import type { Problem } from './problem.ts';
import type { Environment } from './read-environment.ts';
import { readConfigFile } from './read-config-file.ts';
import { readEnvironmentValues } from './read-environment-values.ts';
import { readFlags } from './read-flags.ts';
import { ConfigSchema } from './schema.ts';
import { listSettings, type Setting, type SettingKind } from './setting.ts';
import { type Given, type SettingOrigin, toOriginText } from './setting-origin.ts';

export interface ConfigSources {
  readonly env: Environment;
  /** Flags such as `--port 8080` or `--no-storage-enabled`, without program and command. */
  readonly argv?: readonly string[];
  /** Text of the configuration file. Absent: it is looked for. Null: there is none. */
  readonly file?: { readonly path: string; readonly text: string } | null;
  /** Reads secret files and `nexus.json`; throws as `readFileSync` does. */
  readonly readText?: (path: string) => string;
  readonly workingDir?: string;
}

export type LoadedConfig =
  | {
      readonly ok: true;
      readonly config: Config;
      /** Where each setting's value came from, by path. */
      readonly origins: ReadonlyMap<string, SettingOrigin>;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads all settings: presets, then `nexus.json`, then the environment, then flags; the later wins.
 * Everything that is wrong is reported at once, and nothing is thrown.
 */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const workingDir = path.resolve(sources.workingDir ?? '.');
  const readText = sources.readText ?? ((file) => readFileSync(file, 'utf8'));
  const home = sources.env['HOME'] ?? sources.env['USERPROFILE'] ?? homedir();
  const settings = listSettings();

  const flags = readFlags(settings, sources.argv ?? [], { readText, workingDir });
  const environment = readEnvironmentValues(settings, sources.env, { readText, workingDir });
  const fileAsked = flags.configFile ?? sources.env['NEXUS_CONFIG'] ?? null;
  const file = readConfigFile(sources.file, { settings, fileAsked, readText, workingDir });

  const given = new Map<string, Given>([...file.given, ...environment.given, ...flags.given]);
  const parsed = ConfigSchema.safeParse(toTree(given));
  const wrongValues = parsed.success
    ? []
    : dropLooserBounds(parsed.error.issues).map((issue) => toProblem(issue, given, settings));
  const problems = [...file.problems, ...environment.problems, ...flags.problems, ...wrongValues];
  if (!parsed.success || problems.length > 0) return { ok: false, problems };

  const finished = finishConfig(parsed.data, { home, workingDir });
  if (!finished.ok) return finished;
  const origins = new Map(settings.map(({ path: at }) => [at, given.get(at)?.origin ?? { kind: 'preset' as const }]));
  return { ok: true, config: finished.config, origins };
}

/** `server.port` → 1 becomes `{ server: { port: 1 } }`. */
function toTree(given: ReadonlyMap<string, Given>): Record<string, Record<string, unknown>> {
  const tree: Record<string, Record<string, unknown>> = {};
  for (const [at, { value }] of given) {
    const [group = '', name = ''] = at.split('.');
    (tree[group] ??= {})[name] = value;
  }
  return tree;
}

// zod tells the bounds that every whole number has before those that are the setting's own.
function dropLooserBounds<I extends { readonly code?: string | undefined; readonly path: readonly PropertyKey[] }>(
  issues: readonly I[],
): I[] {
  return [...new Map(issues.map((issue) => [`${issue.code} ${issue.path.join('.')}`, issue])).values()];
}

function toProblem(
  issue: { code: string; path: PropertyKey[]; message: string },
  given: ReadonlyMap<string, Given>,
  settings: readonly Setting[],
): Problem {
  const at = issue.path.slice(0, 2).join('.');
  const setting = settings.find((candidate) => candidate.path === at);
  const origin = given.get(at)?.origin;
  return {
    path: issue.path.join('.'),
    env: setting?.env ?? null,
    source: origin === undefined ? 'the settings' : toOriginText(origin),
    message: toDemand(issue, setting),
  };
}

// zod names its checks and types; people want to read what they should have written.
function toDemand(issue: { code: string; message: string }, setting: Setting | undefined): string {
  if (setting !== undefined && /^invalid_(type|union|value)$/.test(issue.code)) return DEMANDS[setting.kind](setting);
  return issue.message
    .replace(/^Too small: expected \w+ to be >=\s*/, 'must be at least ')
    .replace(/^Too big: expected \w+ to be <=\s*/, 'must be at most ');
}

const DEMANDS: Record<SettingKind, (setting: Setting) => string> = {
  integer: () => 'must be a whole number',
  boolean: () => 'must be true or false',
  'boolean-or-word': toChoiceDemand,
  text: (setting) => (setting.choices === null ? 'must be a text' : toChoiceDemand(setting)),
  list: () => 'must be a list of texts',
};

function toChoiceDemand({ choices }: Setting): string {
  return `must be one of ${(choices ?? []).join(', ')}`;
}
