import type { CacheRollupTable, CacheTurnTable } from '../cache-tables.ts';
import { CACHE_ROLLUP_KEY, CACHE_ROLLUP_SUMS } from './cache-shapes.ts';

/** What sums need of a turn; `sign` is -1 for what was counted before and is no longer so. */
export interface CountedTurn {
  readonly turn: Omit<CacheTurnTable, 'detail'>;
  readonly sign: 1 | -1;
}

/** Sums turns over steps of `stepMs`, sorted by key; what comes to nothing is left out. */
export function foldTurns(turns: readonly CountedTurn[], stepMs: number): CacheRollupTable[] {
  const sums = new Map<string, CacheRollupTable>();
  for (const counted of turns) {
    const row = toRollupRow(counted, stepMs);
    const key = toCacheRollupKey(row);
    const sum = sums.get(key);
    sums.set(key, sum ? addRollups(sum, row) : row);
  }
  return [...sums]
    .filter(([, row]) => !isNothing(row))
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, row]) => row);
}

/** A sum of which all was taken back. */
export function isNothing(row: CacheRollupTable): boolean {
  return CACHE_ROLLUP_SUMS.every((column) => row[column] === 0);
}

/** The key that a sum is kept by, as text in its order. */
export function toCacheRollupKey(row: CacheRollupTable): string {
  return CACHE_ROLLUP_KEY.map((column) => (column === 'at' ? row.at.toISOString() : row[column])).join('\0');
}

function toRollupRow({ turn, sign }: CountedTurn, stepMs: number): CacheRollupTable {
  return {
    account_id: turn.account_id,
    at: new Date(Math.floor(turn.started_at.getTime() / stepMs) * stepMs),
    domain: turn.domain,
    key_id: turn.key_id,
    user_id: turn.user_id,
    project_id: turn.project_id,
    model: turn.model,
    kind: turn.kind,
    verdict: turn.verdict,
    turn_count: sign,
    lost_tokens: sign * turn.lost_tokens,
    lost_nano: sign * (turn.lost_nano ?? 0),
    unpriced_count: turn.lost_nano === null && turn.lost_tokens > 0 ? sign : 0,
  };
}

function addRollups(left: CacheRollupTable, right: CacheRollupTable): CacheRollupTable {
  const sums = Object.fromEntries(CACHE_ROLLUP_SUMS.map((column) => [column, left[column] + right[column]]));
  return { ...left, ...sums };
}
