import { sql } from 'kysely';
import type { Storage } from '../../storage.ts';
import { readPacked, toPacked } from '../usage/packed-rows.ts';
import { toShare } from './list-windows.ts';

/** What was told of a window at an instant (epoch milliseconds), where it was not what was told before. */
export interface KeptSample {
  readonly accountId: string;
  readonly name: string;
  readonly atMs: number;
  readonly usedShare: number | null;
  readonly isRejected: boolean;
  readonly isWarned: boolean;
  readonly resetsAtMs: number | null;
}

const SAMPLES_MAX = 20_000;

/** Samples since `sinceMs`, oldest first; of all accounts where none is named. */
export async function listWindowSamples(
  { db }: Pick<Storage, 'db'>,
  input: { readonly accountId?: string | undefined; readonly name?: string | undefined; readonly sinceMs: number },
): Promise<readonly KeptSample[]> {
  const { accountId, name } = input;
  // The latest are those that count where there are too many.
  const found = await sql<{ accountId: string; name: string; samples: string }>`
    select account_id as "accountId", name, ${toPacked(PACKED)} as samples
    from (
      select *
      from window_sample
      where seen_at >= ${new Date(input.sinceMs)}
        ${accountId === undefined ? sql`` : sql`and account_id = ${accountId}`}
        ${name === undefined ? sql`` : sql`and name = ${name}`}
      order by seen_at desc
      limit ${SAMPLES_MAX}
    ) as latest
    group by account_id, name
    order by account_id, name`.execute(db);
  const samples = found.rows.flatMap((window) => readPacked(window.samples).map((packed) => toSample(window, packed)));
  return samples.toSorted((left, right) => left.atMs - right.atMs);
}

/** Bits of what is so, and of what is known: nothing that is packed may be null. */
const REJECTED = 1;
const WARNED = 2;
const SHARE_KNOWN = 4;
const RESET_KNOWN = 8;

const toMs = (instant: string) => `round(date_part('epoch', ${instant}) * 1000)::bigint`;

const PACKED = [
  toMs('seen_at'),
  `rejected::integer * ${REJECTED}
    + warned::integer * ${WARNED}
    + (used_millionths is not null)::integer * ${SHARE_KNOWN}
    + (resets_at is not null)::integer * ${RESET_KNOWN}`,
  'coalesce(used_millionths, 0)',
  `coalesce(${toMs('resets_at')}, 0)`,
];

function toSample(
  { accountId, name }: Pick<KeptSample, 'accountId' | 'name'>,
  [atMs = 0, bits = 0, millionths = 0, resetsAtMs = 0]: readonly number[],
): KeptSample {
  return {
    accountId,
    name,
    atMs,
    usedShare: toShare((bits & SHARE_KNOWN) === 0 ? null : millionths),
    isRejected: (bits & REJECTED) !== 0,
    isWarned: (bits & WARNED) !== 0,
    resetsAtMs: (bits & RESET_KNOWN) === 0 ? null : resetsAtMs,
  };
}

/** Instants (epoch milliseconds, ascending) at which Claude warned an account of a limit. */
export async function listWarnings(
  { db }: Pick<Storage, 'db'>,
  input: { readonly accountId: string; readonly sinceMs: number },
): Promise<readonly number[]> {
  const found = await sql<{ at: Date }>`
    select seen_at as at
    from window_sample
    where account_id = ${input.accountId} and seen_at >= ${new Date(input.sinceMs)} and warned
    order by seen_at
    limit ${SAMPLES_MAX}`.execute(db);
  return found.rows.map((row) => row.at.getTime());
}
