import type { ClientBase, PoolClient } from 'pg';
import { inTransaction } from '../in-transaction.ts';
import type { Storage } from '../storage.ts';
import { lockDomains } from './lock-domains.ts';

/** Where a relink works: on the tables themselves, or on a copy of them. */
export interface RelinkDesk {
  /** Runs one step for a domain; what it changes is there for the steps after it. */
  work(domain: string, step: (client: ClientBase) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** Works on the tables. Each step is a transaction of its own, so that who records waits no longer than for one. */
export function openLiveDesk({ pool }: Pick<Storage, 'pool'>): RelinkDesk {
  return {
    work: (domain, step) =>
      inTransaction(pool, async (client) => {
        await client.query('set local statement_timeout = 0');
        await lockDomains(client, [domain]);
        await step(client);
      }),
    close: () => Promise.resolve(),
  };
}

/** Narrow tables of linking, each with a column `domain`. */
const COPIED = ['request', 'fingerprint', 'chain_step', 'agent_call', 'summary_probe', 'conversation'] as const;

/**
 * Works on a copy, so that the steps build on each other as those of a real run do, while nobody waits and nothing changes.
 * Temporary tables stand before others of the same name; all of them go with the one transaction.
 */
export async function openCopyDesk({ pool }: Pick<Storage, 'pool'>, domain?: string): Promise<RelinkDesk> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read');
    await client.query('set local statement_timeout = 0');
    await copyTables(client, domain);
  } catch (error) {
    await giveUp(client);
    throw error;
  }
  return { work: (_domain, step) => step(client), close: () => giveUp(client) };
}

async function copyTables(client: PoolClient, domain: string | undefined): Promise<void> {
  const found = await client.query<{ schema: string }>(
    `select relnamespace::regnamespace::text as schema from pg_class where oid = 'fingerprint'::regclass`,
  );
  const schema = found.rows[0]?.schema ?? 'public';
  for (const table of [...COPIED, 'branch']) {
    await client.query(
      `create temp table ${table} (like ${schema}.${table} including defaults including indexes) on commit drop`,
    );
  }
  for (const table of COPIED) {
    await client.query(`insert into ${table} select * from ${schema}.${table} where $1::text is null or domain = $1`, [
      domain ?? null,
    ]);
  }
  await client.query(
    `insert into branch
     select b.* from ${schema}.branch as b
     where b.conversation_id in (select conversation_id from conversation)`,
  );
  for (const table of [...COPIED, 'branch']) await client.query(`analyze ${table}`);
}

async function giveUp(client: PoolClient): Promise<void> {
  await client.query('rollback').catch(() => {});
  client.release();
}
