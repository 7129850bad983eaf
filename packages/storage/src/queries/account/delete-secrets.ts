import type { Storage } from '../../storage.ts';

/** Forgets the secrets of an account that is gone, or has others now. */
export async function deleteSecrets({ pool }: Pick<Storage, 'pool'>, names: readonly string[]): Promise<void> {
  await pool.query('delete from secret where name = any($1)', [names]);
}
