import type { Config } from '@nexus/config';
import { ApiError, type Client, createClient } from '@nexus/contract';
import type { Terminal } from './terminal.ts';
import { findLocalUser, toLocalUserAtHost } from './to-local-actor.ts';
import { toBrowserUrl } from './to-browser-url.ts';
import { toRefusalText } from './to-refusal-text.ts';

/**
 * Runs `task` with the API of the gateway that runs with these settings: opened by DASHBOARD_API_KEY, or else by a one-time
 * link that is made in its data folder, as `nexus sign-in` makes them.
 * @throws {Error} where no gateway answers there, or the call was refused.
 */
export async function withGateway<T>(
  config: Config,
  terminal: Terminal,
  task: (client: Client) => Promise<T>,
): Promise<T> {
  const baseUrl = toBrowserUrl(config.server.host, config.server.port);
  try {
    const headers = await openDoor(config, terminal, baseUrl);
    return await task(createClient({ baseUrl, fetch, headers }));
  } catch (failure) {
    if (isAway(failure)) {
      throw new Error(`No gateway answers at ${baseUrl}. Accounts live in a running one: bun start`, {
        cause: failure,
      });
    }
    if (failure instanceof ApiError) throw new Error(toRefusalText(failure.code, failure.message), { cause: failure });
    throw failure;
  }
}

async function openDoor(config: Config, terminal: Terminal, baseUrl: string): Promise<Record<string, string>> {
  const key = config.dashboard.apiKey;
  if (key !== null) return { 'x-dashboard-key': key.reveal(), 'x-nexus-user': toLocalUserAtHost() };
  // Loaded here and not above, so that help and start do not pay for it.
  const { createSignInLinks } = await import('@nexus/services');
  const links = createSignInLinks({ dataDir: config.storage.dataDir, clock: terminal.clock });
  const { token } = await links.issue();
  const answer = await fetch(`${baseUrl}/api/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: baseUrl },
    body: JSON.stringify({ token }),
  });
  const cookie = answer.headers.get('set-cookie')?.split(';')[0];
  if (answer.ok && cookie !== undefined) return { cookie, origin: baseUrl };
  throw new Error(
    `The gateway at ${baseUrl} does not let ${findLocalUser()} in: it has another data folder than ${config.storage.dataDir}.\n` +
      'Run this where it runs, with its settings, or set DASHBOARD_API_KEY.',
  );
}

function isAway(failure: unknown): boolean {
  if (failure instanceof ApiError) return failure.code === 'network';
  return failure instanceof Error && 'code' in failure && AWAY_CODES.has(String(failure.code));
}

const AWAY_CODES = new Set(['ConnectionRefused', 'ECONNREFUSED', 'ECONNRESET', 'FailedToOpenSocket', 'ENOTFOUND']);
