import type { PricedBatchMessage, RequestFacts } from '@nexus/core';
import type { ClientBase } from 'pg';
import { type PackedBytes, packBytes, unpackBytes } from '../codec/codec.ts';
import type { SpooledRecord } from '../spool/spooled-record.ts';
import { toSafeJson } from '../writer/to-rows.ts';
import { toKeyHash } from './key-hash.ts';
import { toUsageRow } from './to-usage-row.ts';

export function packBatchMessages(messages: readonly PricedBatchMessage[]): PackedBytes {
  return packBytes(Buffer.from(JSON.stringify(messages)));
}

/** Only `packBatchMessages` writes them, so their shape is known. */
function unpackBatchMessages(packed: PackedBytes): readonly PricedBatchMessage[] {
  const messages: readonly PricedBatchMessage[] = JSON.parse(unpackBytes(packed).toString('utf8'));
  return messages;
}

/**
 * Takes the messages of batches whose results were fetched, in the open transaction, and gives the facts of those that nobody
 * took before, each as if it had been a request of its own. To be called before anything of usage is touched: who waits here
 * for another process with the same results must hold nothing that the other one needs.
 */
export async function takeBatchMessages(
  client: ClientBase,
  records: readonly SpooledRecord[],
  written: readonly RequestFacts[],
): Promise<readonly RequestFacts[]> {
  const batches = records.filter(({ batch }) => batch !== undefined);
  if (batches.length === 0) return [];
  const found = listMessages(batches, new Map(written.map((facts) => [facts.requestId, facts])));
  const taken = new Set<string>();
  for (let at = 0; at < found.length; at += ROWS_MAX) {
    const rows = toSafeJson(found.slice(at, at + ROWS_MAX).map(toRow));
    const inserted = await client.query<{ message_id: string }>(TAKE_MESSAGES, [rows]);
    for (const row of inserted.rows) taken.add(row.message_id);
  }
  return found.flatMap(({ facts }) => (taken.has(facts.requestId) ? [facts] : []));
}

/** Rows of one statement. */
const ROWS_MAX = 2_000;

const TAKE_MESSAGES = `
  insert into batch_message (message_id, account_id, started_at, request_id, usage)
  select message_id, account_id, started_at, request_id, usage
  from jsonb_to_recordset($1::jsonb) as m (
    message_id uuid, account_id text, started_at timestamptz, request_id uuid, usage jsonb
  )
  order by message_id
  on conflict do nothing
  returning message_id`;

interface FoundMessage {
  readonly facts: RequestFacts;
  /** The exchange that fetched it. */
  readonly fetchedBy: string;
}

/** Each once, in the order in which all processes take them, so that none waits for another in a ring. */
function listMessages(
  records: readonly SpooledRecord[],
  written: ReadonlyMap<string, RequestFacts>,
): readonly FoundMessage[] {
  const found = new Map<string, FoundMessage>();
  for (const { facts, batch } of records) {
    const fetch = written.get(facts.requestId);
    if (fetch === undefined || batch === undefined) continue;
    for (const message of unpackBatchMessages(batch)) {
      const messageId = toKeyHash([message.messageId]);
      if (found.has(messageId)) continue;
      found.set(messageId, { facts: toMessageFacts(fetch, message, messageId), fetchedBy: fetch.requestId });
    }
  }
  return [...found.values()].toSorted((left, right) => (left.facts.requestId < right.facts.requestId ? -1 : 1));
}

/** For whoever fetched it; what passed on the wire, and how long that took, is told of the exchange alone. */
function toMessageFacts(fetch: RequestFacts, message: PricedBatchMessage, messageId: string): RequestFacts {
  return {
    ...fetch,
    requestId: messageId,
    kind: 'batch',
    model: message.model,
    modelServed: message.model,
    stream: false,
    status: 200,
    outcome: 'completed',
    usage: message.usage,
    usageEstimated: false,
    cost: message.cost,
    toolNames: message.toolNames,
    firstByteMs: null,
    firstTokenMs: null,
    durationMs: 0,
    requestBytes: 0,
    responseBytes: 0,
  };
}

function toRow({ facts, fetchedBy }: FoundMessage) {
  const { account_id, started_at } = toUsageRow(facts);
  return { message_id: facts.requestId, account_id, started_at, request_id: fetchedBy, usage: facts.usage };
}
