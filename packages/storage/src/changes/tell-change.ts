import type { ClientBase, Pool } from 'pg';

/** What a change is told under, to everybody who watches this database. */
export const CHANGE_CHANNEL = 'nexus_changed';

/** Tells that something of `noun` was changed, once the transaction of this connection is kept and not before. */
export async function tellChange(client: ClientBase | Pool, noun: string): Promise<void> {
  await client.query(TELL, [CHANGE_CHANNEL, noun]);
}

const TELL = 'select pg_notify($1, $2)';
