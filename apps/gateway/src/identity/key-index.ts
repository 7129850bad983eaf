import { createHmac } from 'node:crypto';
import type { KeyScope, KeyUse } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import type { KnownCopy } from '../known-copy.ts';
import { createRunAgain } from '../run-again.ts';
import { createUseNotes } from './use-notes.ts';

/** A live client key as the database knows it. */
export interface KnownKey {
  readonly keyId: string;
  /** HMAC-SHA256 of the key under API_KEY_SALT, hex. */
  readonly hash: string;
  /** The one domain it is good for; null for all. */
  readonly domain: string | null;
  /** Whom limits and budgets of a user and of a project are about. */
  readonly owner: string | null;
  readonly project: string | null;
  readonly scopes: readonly KeyScope[];
  /** Epoch milliseconds; null for never. */
  readonly expiresAtMs: number | null;
}

/** Our own keys, held in memory so that no caller waits for the database. */
export interface KeyIndex {
  /** Whether `presented` is shaped like a key of ours, valid or not. */
  isOurs(presented: string): boolean;
  /** The live key that `presented` is, if it is good for one of `domains`; null is any. Notes that it was used. */
  find(presented: string, domains: readonly string[] | null): KnownKey | null;
  /** The same for our own API, which has no domains. */
  findForApi(presented: string): KnownKey | null;
  /** False until the keys were read for the first time, from the database or from the copy of an earlier process. */
  areLoaded(): boolean;
  /** Loads the keys again, so that every change before this call is known; the last known set stays where that fails. */
  refresh(): Promise<void>;
  /** Saves when keys were last used. */
  close(): Promise<void>;
}

export interface KeyIndexOptions {
  /** Null while there is no database. */
  readonly loadKeys: () => Promise<readonly KnownKey[] | null>;
  /** Keeps the hashes of the last known keys, so that a start with the database away still knows its callers. */
  readonly copy: KnownCopy<readonly KnownKey[]>;
  /** Keeps when keys were last used; where it fails, it is told again with what comes next. False while there is no database. */
  readonly saveUses: (uses: readonly KeyUse[]) => Promise<boolean>;
  /** Called when the keys are others than those of the last look, whoever changed them and wherever. */
  readonly onChange?: () => void;
  readonly salt: string;
  readonly clock: () => number;
  readonly log: Logger;
}

/** A change that nobody told of is known within this. */
const REFRESH_MS = 1_000;
const OWN_PREFIX = 'nx_';

export function createKeyIndex(options: KeyIndexOptions): KeyIndex {
  const copied = options.copy.read();
  let byHash = toMap(copied ?? []);
  let loaded = copied !== null;
  let failing = false;

  const refresh = createRunAgain(async () => {
    try {
      const keys = await options.loadKeys();
      if (keys !== null) {
        byHash = toMap(keys);
        loaded = true;
        if (options.copy.write(keys)) options.onChange?.();
      }
      failing = false;
    } catch (error) {
      if (!failing) options.log.warn({ error }, 'client keys cannot be loaded; the last known ones stay valid');
      failing = true;
    }
  });

  const uses = createUseNotes(options.saveUses);
  const timer = setInterval(() => {
    void refresh();
    void uses.saveDue(options.clock());
  }, REFRESH_MS);
  timer.unref();

  function findLive(presented: string): KnownKey | null {
    const key = byHash.get(hashKey(presented, options.salt));
    if (key === undefined) return null;
    const nowMs = options.clock();
    if (key.expiresAtMs !== null && nowMs >= key.expiresAtMs) return null;
    uses.note(key.keyId, nowMs);
    return key;
  }

  return {
    isOurs: (presented) => presented.startsWith(OWN_PREFIX),
    find: (presented, domains) => {
      const key = findLive(presented);
      if (key === null) return null;
      return key.domain === null || domains === null || domains.includes(key.domain) ? key : null;
    },
    findForApi: (presented) => {
      const key = findLive(presented);
      return key === null || key.domain !== null ? null : key;
    },
    areLoaded: () => loaded,
    refresh,
    close: async () => {
      clearInterval(timer);
      await uses.saveAll();
    },
  };
}

function toMap(keys: readonly KnownKey[]): Map<string, KnownKey> {
  return new Map(keys.map((key) => [key.hash, key]));
}

/** Looking a keyed hash up takes a time that tells nothing of the key. */
function hashKey(key: string, salt: string): string {
  return createHmac('sha256', salt).update(key).digest('hex');
}
