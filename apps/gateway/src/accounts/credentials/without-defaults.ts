import { NewCredential } from '@nexus/contract';
import type { CredentialFields } from './edit-credential-file.ts';

/** A credential without what would be the same if it were not said: a file is read by people. */
export function withoutDefaults(credential: NewCredential): CredentialFields {
  const { type, ...fields } = credential;
  let shortest: Readonly<Record<string, unknown>> = fields;
  for (const field of Object.keys(fields)) {
    const { [field]: _left, ...rest } = shortest;
    const parsed = NewCredential.safeParse({ type, ...rest });
    if (parsed.success && Bun.deepEquals(parsed.data, credential)) shortest = rest;
  }
  return { type, ...shortest };
}
