import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Secret } from '@nexus/config';
import { MintError } from './mint.ts';
import type { SecretReference } from './stored-credential.ts';
import type { StoredSecrets } from './stored-secrets.ts';

/** Finds the secrets that credential files only refer to. */
export interface SecretReader {
  /**
   * The secret itself, without the line end that editors add; a relative file starts at the folder of `credentialPath`.
   * @throws {MintError} with the name of the variable or file, never with what stands in it.
   */
  read(reference: SecretReference, credentialPath: string): Promise<Secret>;
}

const SECRET_BYTES_MAX = 65_536;

export interface SecretReaderParts {
  readonly readVariable: (name: string) => string | undefined;
  readonly stored: Pick<StoredSecrets, 'find'>;
}

export function createSecretReader({ readVariable, stored }: SecretReaderParts): SecretReader {
  return {
    async read(reference, credentialPath) {
      if (reference instanceof Secret) return reference;
      if ('env' in reference) return toSecret(readVariable(reference.env), `the variable ${reference.env}`);
      if ('stored' in reference) return stored.find(reference.stored);
      const file = path.resolve(path.dirname(credentialPath), reference.file);
      return toSecret(await readText(file), `the file ${reference.file}`);
    },
  };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    const text = await readFile(file, 'utf8');
    return text.length <= SECRET_BYTES_MAX ? text : undefined;
  } catch {
    return undefined;
  }
}

function toSecret(text: string | undefined, where: string): Secret {
  const trimmed = text?.trim() ?? '';
  if (trimmed === '') throw new MintError(`${where} is missing, empty, too large or not readable`);
  return new Secret(trimmed);
}
