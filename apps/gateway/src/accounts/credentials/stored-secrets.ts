import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { Secret } from '@nexus/config';
import { deleteSecrets, findSecret, saveSecret, type Storage } from '@nexus/storage';
import { MintError } from './mint.ts';

/** Secrets in the database, which only a gateway with the same SECRET_KEY can open. */
export interface StoredSecrets {
  /** @throws {MintError} where it is not there, cannot be opened, or the database is away. */
  find(name: string): Promise<Secret>;
  /** @throws {Error} where the database is away. */
  save(name: string, secret: Secret): Promise<void>;
  /** @throws {Error} where the database is away. */
  forget(names: readonly string[]): Promise<void>;
}

export interface StoredSecretsParts {
  /** Null where there is no database, or it is away. */
  readonly storage: () => Storage | null;
  /** What the key is made of: SECRET_KEY, or the secret of the data folder. */
  readonly loadKeyMaterial: () => Promise<Uint8Array>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

const ALGORITHM = 'aes-256-gcm';
/** First byte of what is sealed, so that another way of sealing can follow this one. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function createStoredSecrets({ storage, loadKeyMaterial, clock }: StoredSecretsParts): StoredSecrets {
  let key: Promise<Uint8Array> | null = null;
  function loadKey(): Promise<Uint8Array> {
    key ??= loadKeyMaterial().then(toKey);
    return key;
  }

  return {
    async find(name) {
      const open = storage();
      if (open === null) throw new MintError('the database that holds the secret is away');
      const sealed = await findSecret(open, name).catch((cause: unknown) => {
        throw new MintError('the database that holds the secret is away', { cause });
      });
      if (sealed === null) throw new MintError(`no secret is stored as ${name}`);
      return unseal(sealed, name, await loadKey());
    },
    async save(name, secret) {
      const open = storage();
      if (open === null) throw new Error('there is no database to keep it in');
      const sealed = seal(secret.reveal(), name, await loadKey());
      await saveSecret(open, { name, sealed, changedAtMs: clock() });
    },
    async forget(names) {
      const open = storage();
      if (open === null) throw new Error('there is no database that keeps it');
      await deleteSecrets(open, names);
    },
  };
}

/** A key for this purpose alone: the material may serve others too. */
function toKey(material: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', material, '', 'claude-nexus stored secrets', 32));
}

/** Its name is sealed along, so that nobody who can write rows gives one secret for another. */
function seal(text: string, name: string, key: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(name));
  return Buffer.concat([Buffer.of(VERSION), nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

function unseal(sealed: Buffer, name: string, key: Uint8Array): Secret {
  try {
    if (sealed[0] !== VERSION) throw new Error('another way of sealing');
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(name));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const text = Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
    return new Secret(text.toString('utf8'));
  } catch (cause) {
    throw new MintError(`the secret stored as ${name} was sealed with another SECRET_KEY`, { final: true, cause });
  }
}
