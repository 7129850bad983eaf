import type { ClientBase } from 'pg';
import type { UsageTable } from '../usage-tables.ts';
import type { InsertRows } from '../writer/insert-rows.ts';
import { openDays } from './close-days.ts';
import { toDay } from './key-hash.ts';
import { type CountedFacts, toUsageRow } from './to-usage-row.ts';
import { USAGE_SHAPE } from './usage-shapes.ts';
import { USAGE_SUMS } from './usage-sums.ts';

/**
 * Writes what requests and calls used and adds it to the sums, in the open transaction. What is there already is not counted again.
 * Every writer touches the tables and the keys in the same order, so none waits for another in a ring.
 */
export async function addUsage(client: ClientBase, insert: InsertRows, calls: readonly CountedFacts[]): Promise<void> {
  const rows = calls.map(toUsageRow);
  const inserted = new Set((await insert(client, USAGE_SHAPE, rows)).map(readRequestId));
  const fresh = rows.filter((row) => inserted.has(row.request_id));
  for (const sum of USAGE_SUMS) await sum.add(client, insert, fresh);
  await openDays(client, listDays(fresh));
}

/** The days (UTC) of rows, each once and in their order. */
function listDays(rows: readonly UsageTable[]): Date[] {
  const days = new Set(rows.map(({ started_at }) => toDay(started_at).getTime()));
  return [...days].toSorted((left, right) => left - right).map((atMs) => new Date(atMs));
}

function readRequestId(row: unknown): unknown {
  return typeof row === 'object' && row !== null && 'request_id' in row ? row.request_id : undefined;
}
