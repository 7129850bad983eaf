import type { CredentialFields } from './edit-credential-file.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields that hold a secret, whatever the kind. */
const SECRETS = new Set(['api_key', 'clientSecret', 'privateKey', 'key', 'token', 'assertion']);
/** Fields that hold others that may. */
const HOLDERS = new Set(['assertion', 'sign', 'variables']);

export interface SealedCredential {
  /** With names in the place of secrets. */
  readonly credential: CredentialFields;
  /** The secrets by the names that stand for them. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Takes the secrets that stand in a credential out of it; those that are only referred to stay as they are. */
export function sealCredential(credential: CredentialFields, nameOf: (field: string) => string): SealedCredential {
  const secrets = new Map<string, string>();

  function seal(fields: Fields, isSecret: (name: string) => boolean): Fields {
    return Object.fromEntries(
      Object.entries(fields).map(([field, value]) => {
        if (typeof value === 'string' && isSecret(field)) {
          const stored = nameOf(field);
          secrets.set(stored, value);
          return [field, { stored }];
        }
        const holds = HOLDERS.has(field) && isFields(value);
        return [field, holds ? seal(value, field === 'variables' ? () => true : (name) => SECRETS.has(name)) : value];
      }),
    );
  }

  return { credential: { ...seal(credential, (name) => SECRETS.has(name)), type: credential.type }, secrets };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
