import type { Config } from '@nexus/config';
import { ApiError, type Client, createClient } from '@nexus/contract';
import { knock } from './knock.ts';
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
    if (isAway(failure)) throw toNobody(baseUrl, failure);
    if (failure instanceof ApiError) throw new Error(toRefusalText(failure.code, failure.message), { cause: failure });
    throw failure;
  }
}

async function openDoor(config: Config, terminal: Terminal, baseUrl: string): Promise<Record<string, string>> {
  const key = config.dashboard.apiKey;
  if (key !== null) return { 'x-dashboard-key': key.reveal(), 'x-nexus-user': toLocalUserAtHost() };
  const found = await knock(baseUrl, config.storage.dataDir, terminal);
  if (found.kind === 'opened') return { cookie: found.cookie, origin: baseUrl };
  if (found.kind === 'nobody') throw toNobody(baseUrl);
  if (found.kind === 'silent')
    throw new Error(`The gateway at ${baseUrl} lets nobody sign in just now. Try again in a minute.`);
  throw new Error(
    `The gateway at ${baseUrl} does not let ${findLocalUser()} in: it has another data folder than ${config.storage.dataDir}.\n` +
      'Run this where it runs, with its settings, or set DASHBOARD_API_KEY.',
  );
}

function toNobody(baseUrl: string, cause?: unknown): Error {
  return new Error(`No gateway answers at ${baseUrl}. Accounts live in a running one: bun start`, { cause });
}

function isAway(failure: unknown): boolean {
  if (failure instanceof ApiError) return failure.code === 'network';
  return failure instanceof Error && 'code' in failure && AWAY_CODES.has(String(failure.code));
}

const AWAY_CODES = new Set(['ConnectionRefused', 'ECONNREFUSED', 'ECONNRESET', 'FailedToOpenSocket', 'ENOTFOUND']);
