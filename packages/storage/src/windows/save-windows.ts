import { toWindowSource } from '@nexus/core';
import type { ClientBase } from 'pg';
import type { SpooledRecord } from '../spool/spooled-record.ts';
import type { WindowSampleTable, WindowStateTable } from '../usage-tables.ts';
import type { InsertRows, InsertShape } from '../writer/insert-rows.ts';
import { toSafeInteger, toSafeText } from '../writer/safe-text.ts';

const NAME_MAX = 64;
const ACCOUNT_MAX = 128;

/**
 * Keeps what answers told of windows, in the open transaction: the latest of each window, and a sample where it differs from
 * the one before. Repeating it changes nothing but, at worst, adds a sample that says again what was true at its time.
 */
export async function saveWindows(
  client: ClientBase,
  insert: InsertRows,
  records: readonly SpooledRecord[],
): Promise<void> {
  const told = records.flatMap(toRows).toSorted(byKey);
  if (told.length === 0) return;
  const known = await loadStates(client, told);
  const samples: WindowStateTable[] = [];
  const latest = new Map<string, WindowStateTable>();
  for (const row of told) {
    const key = toKey(row);
    const before = latest.get(key) ?? known.get(key);
    if (before === undefined || !tellsTheSame(before, row)) samples.push(row);
    latest.set(key, row);
  }
  await insert(client, WINDOW_SAMPLE_SHAPE, samples.filter(isHistory));
  await insert(client, WINDOW_STATE_SHAPE, [...latest.values()]);
}

function toRows({ facts, windows = [] }: SpooledRecord): WindowStateTable[] {
  const { accountId, startedAtMs } = facts;
  if (accountId === null) return [];
  return windows.map((window) => ({
    account_id: toSafeText(accountId, ACCOUNT_MAX),
    name: toSafeText(window.name, NAME_MAX),
    seen_at: new Date(startedAtMs),
    scope: window.scope === null ? null : toSafeText(window.scope, NAME_MAX),
    used_millionths: window.usedShare === null ? null : toSafeInteger(window.usedShare * 1_000_000),
    rejected: window.isRejected,
    warned: window.isWarned,
    resets_at: toResetTime(window.resetsAtMs),
  }));
}

/** Headers are the upstream's: an instant that no calendar has must not cost the record. */
function toResetTime(resetsAtMs: number | null): Date | null {
  return resetsAtMs === null || resetsAtMs < 0 || resetsAtMs > RESET_MS_MAX ? null : new Date(resetsAtMs);
}

/** The year 2100. */
const RESET_MS_MAX = 4_102_444_800_000;

function byKey(left: WindowStateTable, right: WindowStateTable): number {
  const one = toKey(left);
  const other = toKey(right);
  if (one !== other) return one < other ? -1 : 1;
  return left.seen_at.getTime() - right.seen_at.getTime();
}

function toKey({ account_id, name }: Pick<WindowStateTable, 'account_id' | 'name'>): string {
  return `${account_id}\0${name}`;
}

async function loadStates(
  client: ClientBase,
  rows: readonly WindowStateTable[],
): Promise<ReadonlyMap<string, WindowStateTable>> {
  const accounts = [...new Set(rows.map((row) => row.account_id))];
  const found = await client.query<WindowStateTable>('select * from window_state where account_id = any($1)', [
    accounts,
  ]);
  return new Map(found.rows.map((row) => [toKey(row), row]));
}

function tellsTheSame(before: WindowStateTable, row: WindowStateTable): boolean {
  return (
    before.used_millionths === row.used_millionths &&
    before.rejected === row.rejected &&
    before.warned === row.warned &&
    before.resets_at?.getTime() === row.resets_at?.getTime()
  );
}

/** What is left of a minute is another figure with every answer, and nobody's history. */
function isHistory({ name }: WindowStateTable): boolean {
  return toWindowSource(name) === 'unified';
}

const WINDOW_SAMPLE_SHAPE: InsertShape<WindowSampleTable> = {
  table: 'window_sample',
  columns: ['account_id', 'name', 'seen_at', 'used_millionths', 'rejected', 'warned', 'resets_at'],
  tail: 'on conflict do nothing',
};

/**
 * A record that comes late tells of before, and the latest stays; but not one of a time to come, which a clock told that
 * had jumped ahead: it would stand until that time.
 */
const WINDOW_STATE_SHAPE: InsertShape<WindowStateTable> = {
  table: 'window_state',
  columns: ['account_id', 'name', 'seen_at', 'scope', 'used_millionths', 'rejected', 'warned', 'resets_at'],
  tail: `on conflict (account_id, name) do update
set
  seen_at = excluded.seen_at,
  scope = excluded.scope,
  used_millionths = excluded.used_millionths,
  rejected = excluded.rejected,
  warned = excluded.warned,
  resets_at = excluded.resets_at
where excluded.seen_at >= window_state.seen_at
  or window_state.seen_at > clock_timestamp() + interval '1 minute'`,
};
