import { StorageError } from '../storage-error.ts';
import type { Storage } from '../storage.ts';

/** "cred" in ASCII: keeps clear of the locks of migrations and linking; the second number is the name's. */
const NAMED_LOCK = 0x63726564;

/** What PostgreSQL answers where `lock_timeout` is over. */
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Runs `work` while no other program on this database holds the lock of that name. A transaction holds it, so that a pooler
 * which shares sessions does no harm, and a lost connection gives it back.
 * @throws {StorageError} `lock-timeout` after `waitMsMax`; what `pg` throws where the database is away, before `work` began.
 */
export async function withDatabaseLock<T>(
  { pool }: Storage,
  { name, waitMsMax }: { readonly name: string; readonly waitMsMax: number },
  work: () => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('begin');
    // `set` takes no parameters.
    await client.query("select set_config('lock_timeout', $1, true)", [`${waitMsMax}ms`]);
    await client.query('select pg_advisory_xact_lock($1, hashtext($2))', [NAMED_LOCK, name]).catch(toLockError);
    const result = await work();
    // What was done is done, whether or not the connection lasted as long.
    broken = await client.query('rollback').then(
      () => false,
      () => true,
    );
    return result;
  } finally {
    client.release(broken);
  }
}

function toLockError(error: unknown): never {
  if (error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE) {
    throw new StorageError('lock-timeout', 'Another program held a lock in the database for too long.', {
      cause: error,
    });
  }
  throw error;
}
