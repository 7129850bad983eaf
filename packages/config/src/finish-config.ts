import path from 'node:path';
import type { z } from 'zod';
import type { Problem } from './problem.ts';
import type { ConfigSchema } from './schema.ts';
import { Secret } from './secret.ts';

type Parsed = z.output<typeof ConfigSchema>;

type Frozen<T> = T extends Secret
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Frozen<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Frozen<T[Key]> }
      : T;

/**
 * All settings, checked, complete and frozen. Paths are absolute, `…Ms` are milliseconds, `…Bytes…` bytes,
 * secrets are {@link Secret}s or null.
 */
export type Config = Frozen<
  Omit<Parsed, 'identity'> & {
    identity: Omit<Parsed['identity'], 'defaultDomain'> & {
      /** Null: a host without a credential file is refused. */
      defaultDomain: string | null;
      /** What `clientAuth` means with this HOST. */
      clientAuthRequired: boolean;
    };
  }
>;

/** What only the settings together can tell: absolute paths, what `auto` means, and values that contradict each other. */
export function finishConfig(
  parsed: Parsed,
  place: { readonly home: string; readonly workingDir: string },
): { ok: true; config: Config } | { ok: false; problems: readonly Problem[] } {
  const problems = listContradictions(parsed);
  if (problems.length > 0) return { ok: false, problems };

  const { identity, storage, log } = parsed;
  const clientAuthRequired = identity.clientAuth === 'auto' ? !isLoopback(parsed.server.host) : identity.clientAuth;
  const config = {
    ...parsed,
    identity: {
      ...identity,
      credentialsDir: toAbsolute(identity.credentialsDir, place),
      defaultDomain: identity.defaultDomain === '' ? null : identity.defaultDomain,
      clientAuthRequired,
    },
    storage: { ...storage, dataDir: toAbsolute(storage.dataDir, place) },
    log: { ...log, level: log.debug && log.level !== 'trace' ? ('debug' as const) : log.level },
  };
  return { ok: true, config: freeze(config) };
}

/** Whether only this machine can reach `host`. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return name === 'localhost' || name === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name);
}

function listContradictions(parsed: Parsed): Problem[] {
  const { server, upstream } = parsed;
  const problems = listSharedPorts(parsed);
  if (server.timeoutMs <= upstream.timeoutMs) {
    problems.push({
      path: 'server.timeoutMs',
      env: 'PROXY_SERVER_TIMEOUT',
      source: 'CLAUDE_API_TIMEOUT',
      message: `is ${server.timeoutMs} and must be longer than CLAUDE_API_TIMEOUT, which is ${upstream.timeoutMs}`,
    });
  }
  return problems;
}

/** Ports that two settings ask for; 0 is any free one. */
function listSharedPorts({ server, dashboard, forward, telemetry }: Parsed): Problem[] {
  const ports = [
    { path: 'server.port', env: 'PORT', port: server.port },
    { path: 'dashboard.port', env: 'DASHBOARD_PORT', port: dashboard.port },
    { path: 'forward.port', env: 'FORWARD_PROXY_PORT', port: forward.port },
    { path: 'telemetry.metricsPort', env: 'METRICS_PORT', port: telemetry.metricsPort },
  ];
  return ports.flatMap(({ path: at, env, port }, index) =>
    ports
      .slice(0, index)
      .filter((before) => port !== null && port !== 0 && before.port === port)
      .map(({ env: source }) => ({
        path: at,
        env,
        source,
        message: `is ${port}, as is ${source}; each needs its own`,
      })),
  );
}

function toAbsolute(file: string, place: { home: string; workingDir: string }): string {
  const expanded = file === '~' || /^~[/\\]/.test(file) ? path.join(place.home, file.slice(1)) : file;
  return path.resolve(place.workingDir, expanded);
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null && !(part instanceof Secret)) freeze(part);
  }
  return Object.freeze(value);
}
