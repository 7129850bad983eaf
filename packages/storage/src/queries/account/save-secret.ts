import type { Storage } from '../../storage.ts';

export interface SealedSecret {
  readonly name: string;
  /** What only the gateway can open; the secret itself never comes here. */
  readonly sealed: Uint8Array;
  /** Epoch milliseconds. */
  readonly changedAtMs: number;
}

/** Keeps a secret under its name, in the place of what was there. */
export async function saveSecret({ pool }: Pick<Storage, 'pool'>, secret: SealedSecret): Promise<void> {
  await pool.query(UPSERT, [secret.name, Buffer.from(secret.sealed), new Date(secret.changedAtMs)]);
}

const UPSERT = `
  insert into secret (name, sealed, changed_at)
  values ($1, $2, $3)
  on conflict (name) do update
  set sealed = excluded.sealed, changed_at = excluded.changed_at`;
