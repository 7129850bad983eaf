import type { Logger } from '@nexus/telemetry';
import { createRedisConnection } from './redis-connection.ts';

/** Questions to Redis, each with a bound on how long it waits. */
export interface RedisLink {
  /** False while a question would only fail: then nobody has to wait to be told so. */
  isThere(): boolean;
  /**
   * Counts connections. What was left at Redis before the current one may be gone, since Redis may have begun anew.
   */
  generation(): number;
  /**
   * @throws {Error} where Redis is away, refuses, or does not answer in time.
   */
  ask(command: string, args: readonly string[], options?: AskOptions): Promise<unknown>;
  close(): void;
}

export interface AskOptions {
  /** Called where Redis answered after the time was over, since then what was asked for did happen. */
  readonly onLate?: (answer: unknown) => void;
  /** Nobody waits for it: it is sent also while Redis is slow. */
  readonly patient?: boolean;
}

export interface RedisLinkOptions {
  readonly url: string;
  /** Before every key. */
  readonly prefix: string;
  /** How long a question waits, in milliseconds. */
  readonly timeoutMs: number;
  readonly log: Logger;
}

/** After a question that was not answered in time nobody asks until Redis answered a ping; after this it is dropped. */
const PING_MS_MAX = 2_000;
/** A question that nobody waits for. */
const PATIENCE_MS = 5_000;
/** Questions that wait for an answer at once: far more than exchanges in flight. */
const WAITING_MAX = 20_000;

export function createRedisLink({ url, prefix, timeoutMs, log }: RedisLinkOptions): RedisLink {
  let generation = 0;
  let waiting = 0;
  /** Whether the last question was not answered in time, and no ping since. */
  let isSlow = false;
  const connection = createRedisConnection({
    url,
    purpose: 'limits and shared state',
    // A question that only who may be written to answers: an endpoint may still lead to what is a replica by now.
    onOpen: async (client) => {
      await client.send('DEL', [`${prefix}:probe`]);
      generation += 1;
      isSlow = false;
    },
    log,
  });

  async function ping(): Promise<void> {
    const client = connection.client();
    if (isSlow || client === null) return;
    isSlow = true;
    const callOff = afterReading(() => {
      if (connection.client() === client) connection.drop();
    }, PING_MS_MAX);
    await client.send('PING', []).catch(() => {});
    callOff();
    if (connection.client() === client) isSlow = false;
  }

  return {
    isThere: () => !isSlow && connection.client() !== null,
    generation: () => generation,
    ask: (command, args, { onLate, patient = false } = {}) => {
      const client = connection.client();
      if (client === null || (isSlow && !patient) || waiting >= WAITING_MAX)
        return Promise.reject(new Error('Redis is away'));
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const waitMs = patient ? PATIENCE_MS : timeoutMs;
      let isLate = false;
      const callOff = afterReading(() => {
        isLate = true;
        reject(new Error(`Redis did not answer within ${waitMs} ms`));
        void ping();
      }, waitMs);
      waiting += 1;
      client
        .send(command, [...args])
        .then((answer: unknown) => (isLate ? onLate?.(answer) : resolve(answer)))
        .catch((error: unknown) => {
          if (isReplica(error) && connection.client() === client) connection.drop();
          reject(error);
        })
        .finally(() => {
          waiting -= 1;
          callOff();
        });
      return promise;
    },
    close: () => connection.close(),
  };
}

/**
 * Calls back after `ms`, and after what has come by then was read: where this process itself stood still, timers are due
 * before the answers that lie there already.
 */
function afterReading(callback: () => void, ms: number): () => void {
  let immediate: ReturnType<typeof setImmediate> | null = null;
  const timer = setTimeout(() => {
    immediate = setImmediate(callback);
  }, ms);
  return () => {
    clearTimeout(timer);
    if (immediate !== null) clearImmediate(immediate);
  };
}

/** It is no longer the one that is written to: a new connection leads to the one that is. */
function isReplica(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('READONLY');
}
