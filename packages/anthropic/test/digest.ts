import { createHash } from 'node:crypto';

/** SHA-256 as the program passes it in. */
export function digest(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
