import { KEY_SCOPES } from '@nexus/contract';
import type { Logger } from '@nexus/telemetry';
import { z } from 'zod';
import { type KnownCopy, createKnownCopy } from '../known-copy.ts';
import type { KnownKey } from './key-index.ts';

/** The last known client keys on disk: hashes only. */
type KeyCopy = KnownCopy<readonly KnownKey[]>;

const Keys = z.array(
  z.strictObject({
    keyId: z.string(),
    hash: z.string(),
    domain: z.string().nullable(),
    // Copies of earlier versions lack these.
    owner: z.string().nullable().default(null),
    project: z.string().nullable().default(null),
    scopes: z.array(z.enum(KEY_SCOPES)).default(['proxy']),
    expiresAtMs: z.number().nullable(),
  }),
);

/** Keeps the copy in the file `path`. */
export function createKeyCopy(path: string, log: Logger): KeyCopy {
  return createKnownCopy<readonly KnownKey[]>({ path, shape: Keys, what: 'the client keys', log });
}
