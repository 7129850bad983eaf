import { createHmac, randomBytes } from 'node:crypto';

/** How every client key of ours begins, so that it is told from Claude's own keys wherever it stands. */
export const CLIENT_KEY_PREFIX = 'nx_live_';

/** A new client key: the prefix and 256 random bits in base64url. */
export function makeClientKey(): string {
  return CLIENT_KEY_PREFIX + randomBytes(32).toString('base64url');
}

/** What is stored of a client key: HMAC-SHA256 under API_KEY_SALT, hex. An empty salt is safe, the key being random. */
export function hashClientKey(key: string, salt: string): string {
  return createHmac('sha256', salt).update(key).digest('hex');
}

/** The first characters of a key, enough to tell keys apart in a list and too few to guess one. */
export function toKeyHint(key: string): string {
  return key.slice(0, 12);
}
