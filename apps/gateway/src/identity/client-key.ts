import { createHash, timingSafeEqual } from 'node:crypto';
import { Secret } from '@nexus/config';
import { EnvReference, FileReference, HeaderText } from '@nexus/contract';
import { z } from 'zod';
import { MintError } from '../accounts/credentials/mint.ts';
import type { SecretReader } from '../accounts/credentials/read-secret.ts';

const Sha256 = z.strictObject({
  sha256: z.string().regex(/^[0-9a-fA-F]{64}$/, 'must be the SHA-256 of the key in hexadecimal'),
});

/** What callers show for a domain, as its file says it: itself, where it stands, or what it hashes to. */
export const ClientKeyShape = z
  .union(
    [HeaderText, EnvReference, FileReference, Sha256],
    'must be a text, { "env": "NAME" }, { "file": "path" } or { "sha256": "hex" }',
  )
  .transform((given) => (typeof given === 'string' ? new Secret(given) : given));

type ClientKeyText = z.output<typeof ClientKeyShape>;

/** What a caller's key is compared with. */
export interface ClientKey {
  readonly from: ClientKeyText;
  /** SHA-256 of the key; null while it cannot be read, and then no key is the one. */
  readonly digest: Uint8Array | null;
  /** Why it cannot be read, or not again; names no secret. */
  readonly problem: string | null;
}

/** The client key of a file that was just read; one that stands elsewhere is yet to be read. */
export function toClientKey(from: ClientKeyText): ClientKey {
  if (from instanceof Secret) return { from, digest: toDigest(from.reveal()), problem: null };
  if ('sha256' in from) return { from, digest: Buffer.from(from.sha256, 'hex'), problem: null };
  return { from, digest: null, problem: 'it was not read yet' };
}

/** The same key, read again where it stands elsewhere; what was read serves while it cannot be read. */
export async function readClientKey(key: ClientKey, path: string, secrets: SecretReader): Promise<ClientKey> {
  const { from } = key;
  if (from instanceof Secret || 'sha256' in from) return key;
  try {
    const digest = toDigest((await secrets.read(from, path)).reveal());
    const isSame = key.digest !== null && key.problem === null && timingSafeEqual(digest, key.digest);
    return isSame ? key : { from, digest, problem: null };
  } catch (error) {
    if (!(error instanceof MintError)) throw error;
    return error.message === key.problem ? key : { ...key, problem: error.message };
  }
}

/** Compares in a time that tells nothing of where, or whether in length, the two differ. */
export function isClientKey(presented: string, { digest }: ClientKey): boolean {
  return digest !== null && timingSafeEqual(toDigest(presented), digest);
}

function toDigest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
