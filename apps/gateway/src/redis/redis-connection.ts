import { maskSecretText } from '@nexus/anthropic';
import type { Logger } from '@nexus/telemetry';
import { RedisClient } from 'bun';

/** One connection to Redis that is made anew whenever it is lost. */
export interface RedisConnection {
  /** Null while there is none. */
  client(): RedisClient | null;
  /** Gives this connection up, since it does not answer; another one is made. */
  drop(): void;
  close(): void;
}

export interface RedisConnectionOptions {
  /** `redis://`, `rediss://`, `redis+unix://` or the same of Valkey; may hold a password. */
  readonly url: string;
  /** What the connection is for, in words for the log. */
  readonly purpose: string;
  /** Makes a new connection ready; where it fails, so does the connection. */
  readonly onOpen: (client: RedisClient) => Promise<unknown>;
  readonly log: Logger;
}

/** Bun's client says "Connection closed" whatever was wrong. */
const AWAY = 'Redis cannot be reached, or refuses what REDIS_URL says; it is tried again all the time';
const CONNECT_MS_MAX = 2_000;
const RETRY_MS_MIN = 50;
const RETRY_MS_MAX = 1_000;

/**
 * A client of Bun's lives as long as its connection and no longer: after it reconnects by itself, answers may go to
 * questions of the connection before (oven-sh/bun#27861).
 */
export function createRedisConnection(options: RedisConnectionOptions): RedisConnection {
  const { url, purpose, onOpen, log } = options;
  let open: RedisClient | null = null;
  let tried: RedisClient | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let retryMs = RETRY_MS_MIN;
  let told = false;
  let closed = false;

  async function connect(): Promise<void> {
    timer = null;
    const client = new RedisClient(url, {
      autoReconnect: false,
      enableOfflineQueue: false,
      connectionTimeout: CONNECT_MS_MAX,
    });
    tried = client;
    // It is no event target: this is the one way to hear of its end.
    Object.assign(client, { onclose: (error: Error) => giveUp(client, error) });
    try {
      await inTime(client.connect().then(() => onOpen(client)));
    } catch (error) {
      giveUp(client, error);
      return;
    }
    if (tried !== client) return;
    open = client;
    retryMs = RETRY_MS_MIN;
    if (told) log.info({ purpose }, 'Redis is back');
    told = false;
  }

  /** Once for each client, whoever notices first. */
  function giveUp(client: RedisClient, error: unknown): void {
    if (tried !== client) return;
    tried = null;
    open = null;
    client.close();
    if (closed) return;
    if (!told) log.warn({ purpose, because: toReason(error) }, AWAY);
    told = true;
    timer = setTimeout(() => void connect(), retryMs);
    timer.unref();
    retryMs = Math.min(RETRY_MS_MAX, retryMs * 2);
  }

  void connect();
  return {
    client: () => open,
    drop: () => {
      if (open !== null) giveUp(open, new Error('it does not answer'));
    },
    close: () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      const last = tried;
      tried = null;
      open = null;
      last?.close();
    },
  };
}

async function inTime(work: Promise<unknown>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timeout = setTimeout(() => reject(new Error(`no connection within ${CONNECT_MS_MAX} ms`)), CONNECT_MS_MAX);
  await Promise.race([work, promise]).finally(() => clearTimeout(timeout));
}

function toReason(error: unknown): string {
  return maskSecretText(error instanceof Error ? error.message : String(error));
}
