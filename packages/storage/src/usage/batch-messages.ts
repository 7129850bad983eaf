import type { PricedAbandonedCall, PricedBatchMessage, RequestFacts } from '@nexus/core';
import type { ClientBase } from 'pg';
import { type PackedBytes, packBytes, unpackBytes } from '../codec/codec.ts';
import type { SpooledRecord } from '../spool/spooled-record.ts';
import { toSafeJson } from '../writer/to-rows.ts';
import { toKeyHash } from './key-hash.ts';
import { type CountedFacts, toUsageRow } from './to-usage-row.ts';

export function packBatchMessages(messages: readonly PricedBatchMessage[]): PackedBytes {
  return packBytes(Buffer.from(JSON.stringify(messages)));
}

/** Only `packBatchMessages` writes them, so their shape is known. */
function unpackBatchMessages(packed: PackedBytes): readonly PricedBatchMessage[] {
  const messages: readonly PricedBatchMessage[] = JSON.parse(unpackBytes(packed).toString('utf8'));
  return messages;
}

/**
 * Takes the messages of batches whose results were fetched, and the calls that exchanges abandoned, in the open transaction, and
 * gives the facts of those that nobody took before, each as if it had been a request of its own. To be called before anything of
 * usage is touched: who waits here for another process with the same results must hold nothing that the other one needs.
 */
export async function takeBatchMessages(
  client: ClientBase,
  records: readonly SpooledRecord[],
  written: readonly RequestFacts[],
): Promise<readonly CountedFacts[]> {
  const counted = records.filter(({ batch, abandonedCalls }) => batch !== undefined || abandonedCalls !== undefined);
  if (counted.length === 0) return [];
  const found = listCalls(counted, new Map(written.map((facts) => [facts.requestId, facts])));
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

interface FoundCall {
  readonly facts: CountedFacts;
  /** The exchange that fetched it, or made it. */
  readonly requestId: string;
}

/** Each once, in the order in which all processes take them, so that none waits for another in a ring. */
function listCalls(
  records: readonly SpooledRecord[],
  written: ReadonlyMap<string, RequestFacts>,
): readonly FoundCall[] {
  const found = new Map<string, FoundCall>();
  for (const { facts, batch, abandonedCalls = [] } of records) {
    const request = written.get(facts.requestId);
    if (request === undefined) continue;
    const { requestId } = request;
    for (const message of batch === undefined ? [] : unpackBatchMessages(batch)) {
      const messageId = toKeyHash([message.messageId]);
      if (found.has(messageId)) continue;
      found.set(messageId, { facts: toMessageFacts(request, message, messageId), requestId });
    }
    for (const [place, call] of abandonedCalls.entries()) {
      const callId = toKeyHash([requestId, `${place}`]);
      found.set(callId, { facts: toCallFacts(request, call, callId), requestId });
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
    ...NOTHING_PASSED,
  };
}

/** Of the account that was asked. How far it came is a floor, so what it used is marked as estimated. */
function toCallFacts(request: RequestFacts, call: PricedAbandonedCall, callId: string): CountedFacts {
  return {
    ...request,
    requestId: callId,
    accountId: call.accountId,
    modelServed: null,
    status: call.status,
    outcome: call.outcome,
    usage: call.usage,
    usageEstimated: true,
    cost: call.cost,
    toolNames: [],
    ...NOTHING_PASSED,
    isAbandoned: true,
  };
}

const NOTHING_PASSED = {
  firstByteMs: null,
  firstTokenMs: null,
  durationMs: 0,
  requestBytes: 0,
  responseBytes: 0,
} as const;

function toRow({ facts, requestId }: FoundCall) {
  const { account_id, started_at } = toUsageRow(facts);
  return { message_id: facts.requestId, account_id, started_at, request_id: requestId, usage: facts.usage };
}
