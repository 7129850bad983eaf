import { createHmac } from 'node:crypto';
import type { Logger } from '@nexus/telemetry';

/** A live client key as the database knows it. */
export interface KnownKey {
  readonly keyId: string;
  /** HMAC-SHA256 of the key under API_KEY_SALT, hex. */
  readonly hash: string;
  /** The one domain it is good for; null for all. */
  readonly domain: string | null;
  /** Epoch milliseconds; null for never. */
  readonly expiresAtMs: number | null;
}

/** Our own keys, held in memory so that no caller waits for the database. */
export interface KeyIndex {
  /** Whether `presented` is shaped like a key of ours, valid or not. */
  isOurs(presented: string): boolean;
  /** The live key that `presented` is, if it is good for `domain`. */
  find(presented: string, domain: string): KnownKey | null;
  /** Loads the keys again; the last known set stays where that fails. */
  refresh(): Promise<void>;
  close(): void;
}

export interface KeyIndexOptions {
  /** Null while there is no database. */
  readonly loadKeys: () => Promise<readonly KnownKey[] | null>;
  readonly salt: string;
  readonly clock: () => number;
  readonly log: Logger;
}

/** A revoked key is refused within this. */
const REFRESH_MS = 1_000;
const OWN_PREFIX = 'nx_';

export function createKeyIndex(options: KeyIndexOptions): KeyIndex {
  let byHash = new Map<string, KnownKey>();
  let refreshing = false;
  let failing = false;

  async function refresh(): Promise<void> {
    if (refreshing) return;
    refreshing = true;
    try {
      const keys = await options.loadKeys();
      if (keys !== null) byHash = new Map(keys.map((key) => [key.hash, key]));
      failing = false;
    } catch (error) {
      if (!failing) options.log.warn({ error }, 'client keys cannot be loaded; the last known ones stay valid');
      failing = true;
    } finally {
      refreshing = false;
    }
  }

  const timer = setInterval(() => void refresh(), REFRESH_MS);
  timer.unref();

  return {
    isOurs: (presented) => presented.startsWith(OWN_PREFIX),
    find: (presented, domain) => {
      const key = byHash.get(hashKey(presented, options.salt));
      if (key === undefined) return null;
      if (key.domain !== null && key.domain !== domain) return null;
      return key.expiresAtMs !== null && options.clock() >= key.expiresAtMs ? null : key;
    },
    refresh,
    close: () => clearInterval(timer),
  };
}

/** Looking a keyed hash up takes a time that tells nothing of the key. */
function hashKey(key: string, salt: string): string {
  return createHmac('sha256', salt).update(key).digest('hex');
}
