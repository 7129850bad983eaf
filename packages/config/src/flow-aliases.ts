import type { Environment } from './read-environment.ts';

/** A name of the Flow proxy that says the same as a setting of ours. */
export interface Alias {
  readonly env: string;
  /** From what people wrote there to what our setting takes. */
  readonly toOurs: (text: string) => string;
}

const LEVELS: Readonly<Record<string, string>> = { warning: 'warn', critical: 'error', fatal: 'error' };
/** The Flow proxy took a time-out below or above these for these. */
const CLIENT_SECONDS_MIN = 1;
const CLIENT_SECONDS_MAX = 86_400;

/** By our own name; a setting of ours that is given goes before its alias. */
const ALIASES: Readonly<Record<string, Alias>> = {
  FORWARD_PROXY_PORT: { env: 'FLOW_PROXY_PORT', toOurs: (text) => text },
  HOST: { env: 'FLOW_PROXY_HOST', toOurs: (text) => text },
  LOG_LEVEL: { env: 'FLOW_PROXY_LOG_LEVEL', toOurs: toLevel },
  NEXUS_FORWARD_IDLE_MS: { env: 'FLOW_PROXY_CLIENT_TIMEOUT', toOurs: toMs },
};

const USED = new Set(Object.values(ALIASES).map(({ env }) => env));

/** The alias of a setting; null where it has none. */
export function findAlias(env: string): Alias | null {
  return ALIASES[env] ?? null;
}

/** What to tell a person whose environment is one of a Flow proxy: a sentence for all names that do nothing here. */
export function listFlowNotes(env: Environment): readonly string[] {
  const given = Object.keys(env).filter((name) => name.startsWith('FLOW_PROXY_') && env[name]?.trim() !== '');
  const idle = given.filter((name) => !USED.has(name) && name !== SECRETS).sort();
  const secrets = given.includes(SECRETS)
    ? [`${SECRETS} is not read at start; take its accounts over once: bun run nexus import flow ${env[SECRETS]}.`]
    : [];
  return idle.length === 0 ? secrets : [...secrets, `Without meaning here: ${idle.join(', ')}.`];
}

const SECRETS = 'FLOW_PROXY_SECRETS_FILE';

function toLevel(text: string): string {
  const level = text.trim().toLowerCase();
  return LEVELS[level] ?? level;
}

function toMs(text: string): string {
  const seconds = Number(text);
  // What is no number is told by the setting that it stands for.
  if (text.trim() === '' || !Number.isFinite(seconds)) return text;
  return `${Math.round(Math.min(CLIENT_SECONDS_MAX, Math.max(CLIENT_SECONDS_MIN, seconds)) * 1_000)}`;
}
