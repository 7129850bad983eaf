import type { ClientBase } from 'pg';
import { lockDomains } from '../linking/lock-domains.ts';

/** So many conversations in one transaction: nobody who records in their domains waits for long. */
export const FORGET_CONVERSATIONS_MAX = 100;

interface OldConversation {
  readonly conversation_id: string;
  readonly domain: string;
}

/**
 * Takes conversations that ended before `before` out for good: facts of them and of their branches, and all that linking
 * knew. Their requests go with their months. Gives how many, which is fewer than the bound where none are left.
 */
export async function deleteOldConversations(client: ClientBase, before: Date): Promise<number> {
  const found = await client.query<OldConversation>(FIND_OLD, [before]);
  const ids = await lockOld(client, found.rows, before);
  await forgetSteps(client, ids);
  for (const table of ['fingerprint', 'branch', 'conversation']) {
    await client.query(`delete from ${table} where conversation_id = any($1::uuid[])`, [ids]);
  }
  return found.rows.length;
}

const FIND_OLD = `
  select conversation_id, domain
  from conversation
  where last_at < $1
  order by last_at, conversation_id
  limit ${FORGET_CONVERSATIONS_MAX}`;

/**
 * Lets linking forget conversations that rested since before `before`: what they look like stays, but nothing is linked to
 * them any more. A whole conversation at a time, so that no part of one is taken for something new.
 */
export async function forgetOldLinks(client: ClientBase, before: Date): Promise<number> {
  const found = await client.query<OldConversation>(FIND_REMEMBERED, [before]);
  const ids = await lockOld(client, found.rows, before);
  await forgetSteps(client, ids);
  await client.query(FORGET_FINGERPRINTS, [ids]);
  await client.query('update conversation set links_forgotten = true where conversation_id = any($1::uuid[])', [ids]);
  return found.rows.length;
}

const FIND_REMEMBERED = `
  select conversation_id, domain
  from conversation
  where last_at < $1 and not links_forgotten
  order by last_at, conversation_id
  limit ${FORGET_CONVERSATIONS_MAX}`;

/** `chain_length` stays: it tells which message of a path each request added. */
const FORGET_FINGERPRINTS = `
  update fingerprint
  set
    session_id = null,
    chain_end = null,
    chain_tail = null,
    chain_opening = null,
    chain_is_opening = null,
    previous_end = null,
    previous_answered = null,
    answer_end = null,
    prompt_hash = null,
    agent_calls = null,
    summaries_read = '{}',
    summaries_written = '{}',
    forgotten = true
  where conversation_id = any($1::uuid[]) and not forgotten`;

/** Of those that were found, the ones to which nothing was added before their domains were locked. */
async function lockOld(client: ClientBase, found: readonly OldConversation[], before: Date): Promise<string[]> {
  await lockDomains(
    client,
    found.map(({ domain }) => domain),
  );
  const still = await client.query<OldConversation>(
    `select conversation_id, domain
     from conversation
     where conversation_id = any($1::uuid[]) and last_at < $2`,
    [found.map((row) => row.conversation_id), before],
  );
  return still.rows.map((row) => row.conversation_id);
}

async function forgetSteps(client: ClientBase, ids: readonly string[]): Promise<void> {
  await client.query('delete from chain_step where conversation_id = any($1::uuid[])', [ids]);
  for (const table of ['agent_call', 'summary_probe']) {
    await client.query(
      `delete from ${table} as t
       using fingerprint as f
       where f.conversation_id = any($1::uuid[]) and t.domain = f.domain and t.request_id = f.request_id`,
      [ids],
    );
  }
}
