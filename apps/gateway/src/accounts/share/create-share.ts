import type { Storage } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import type { Redis } from '../../redis/create-redis.ts';
import type { Account } from '../account.ts';
import type { AccountBook } from '../account-book.ts';
import { type ConversationPlaces, PLACE_MS } from '../conversation-places.ts';
import type { UpstreamBook } from '../upstream-book.ts';
import { createPostgresStore } from './postgres-store.ts';
import { createRedisStore } from './redis-store.ts';
import { shareAccounts } from './share-accounts.ts';
import { type ShareLine, createShareLine } from './share-line.ts';
import { sharePlaces } from './share-places.ts';
import { shareUpstreams } from './share-upstreams.ts';

/** Tells other processes what this one finds out, and learns from them. Nobody's request waits for it. */
export interface Share {
  /** Tells of one account now; where nobody can be told, it is told as soon as somebody can. */
  save(account: Account): Promise<void>;
  close(): void;
}

export interface ShareParts {
  readonly book: AccountBook;
  readonly upstreams: UpstreamBook;
  readonly places: ConversationPlaces;
  /** Null while there is no database. */
  readonly storage: () => Storage | null;
  /** Null where processes share none. */
  readonly redis: Redis | null;
  /** A UUID, one a process. */
  readonly processId: string;
  readonly clock: () => number;
  readonly log: Logger;
}

/** Two looks, one to tell and one to learn, are within a second. */
const LOOK_MS = 350;
const FORGET_EVERY_MS = 600_000;

/**
 * Through Redis where there is one, else through the database. Where both are, the database keeps how accounts are as well,
 * so that a pause outlives a Redis that begins anew, and is read once at the start.
 */
export function createShare(parts: ShareParts): Share {
  const { book, upstreams, places, redis, clock, log } = parts;
  const things = [shareAccounts(book, clock), shareUpstreams(upstreams, book, clock), sharePlaces(places)] as const;
  const [accounts] = things;
  const lines = redis === null ? [toStorageLine(parts, things)] : toRedisLines(parts, redis, things);

  for (const each of things) each.onFound((id) => lines.forEach((line) => line.add(each, id)));

  let working: Promise<void> | null = null;
  function look(): Promise<void> {
    working ??= lookThrough(lines).finally(() => {
      working = null;
    });
    return working;
  }

  const timer = setInterval(() => void look(), LOOK_MS);
  timer.unref();
  const forgetting = setInterval(() => void forgetPlaces(parts, log), FORGET_EVERY_MS);
  forgetting.unref();
  return {
    save: async (account) => {
      for (const line of lines) line.add(accounts, account.id);
      // What runs already may have begun before this change.
      await working;
      await look();
    },
    close: () => {
      clearInterval(timer);
      clearInterval(forgetting);
    },
  };
}

type Things = Parameters<typeof createShareLine>[0]['things'];

async function lookThrough(lines: readonly ShareLine[]): Promise<void> {
  for (const line of lines) await line.look();
}

function toStorageLine({ storage, processId, book, log }: ShareParts, things: Things): ShareLine {
  return createShareLine({
    things,
    store: () => toPostgresStore(storage(), processId),
    generation: () => 0,
    learns: 'always',
    pools: () => book.pools(),
    log,
  });
}

function toRedisLines({ storage, processId, book, log }: ShareParts, redis: Redis, things: Things): ShareLine[] {
  const store = createRedisStore(redis, processId);
  const keeping = createShareLine({
    things: things.filter(({ kind }) => kind === 'account'),
    store: () => toPostgresStore(storage(), processId),
    generation: () => 0,
    learns: 'once',
    pools: () => [],
    log,
  });
  const sharing = createShareLine({
    things,
    store: () => (redis.link.isThere() ? store : null),
    generation: () => redis.link.generation(),
    learns: 'always',
    pools: () => book.pools(),
    log,
  });
  return [keeping, sharing];
}

function toPostgresStore(storage: Storage | null, processId: string) {
  return storage === null ? null : createPostgresStore(storage, processId);
}

async function forgetPlaces({ storage, processId }: ShareParts, log: Logger): Promise<void> {
  try {
    await toPostgresStore(storage(), processId)?.forget('place', PLACE_MS);
  } catch (error) {
    log.debug({ error }, 'places of conversations that are over stay for now');
  }
}
