import type { Pool, PoolClient } from 'pg';

/** Runs `work` in one transaction: all of it is kept, or nothing where it throws. Gives what `work` gave. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  // A connection that breaks between two queries says so by an event, which ends the process where nobody listens.
  let broken: Error | undefined;
  const onBroken = (error: Error): void => {
    broken = error;
  };
  client.on('error', onBroken);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.off('error', onBroken);
    client.release(broken);
  }
}
