import type { ClientBase } from 'pg';
import type { UsageTable } from '../usage-tables.ts';
import type { InsertRows, InsertShape } from '../writer/insert-rows.ts';

/** How the rows of a table of sums are made of usage, told apart, and added up. */
export interface SumRules<Row> {
  readonly shape: InsertShape<Row>;
  /** What one row of usage adds; a key stands in it once. */
  readonly toRows: (usage: UsageTable) => readonly Row[];
  /** The key that a sum is kept by, as text in the order in which rows are written. */
  readonly toKey: (row: Row) => string;
  readonly merge: (left: Row, right: Row) => Row;
  readonly toRequestCount: (row: Row) => number;
}

/** A table of sums over usage; its steps of time begin at its column `at`. */
export interface UsageSum {
  readonly table: string;
  /** Adds usage that was new in the open transaction; sums are not idempotent by themselves. */
  add(client: ClientBase, insert: InsertRows, usage: readonly UsageTable[]): Promise<void>;
  openTally(): UsageTally;
}

/** First instant of a span and of what follows it. */
export type Span = readonly [from: Date, to: Date];

export interface SumComparison {
  readonly storedRows: number;
  /** Sums that differ, are missing or are too many. */
  readonly wrong: number;
  /** The sums hold more requests than there are rows. */
  readonly isSurplus: boolean;
}

/** Usage of a span, added up in memory. */
export interface UsageTally {
  add(usage: readonly UsageTable[]): void;
  compare(client: ClientBase, span: Span): Promise<SumComparison>;
  /** Puts what was added up in the place of what is stored of the span. */
  replace(client: ClientBase, insert: InsertRows, span: Span): Promise<void>;
}

export function createUsageSum<Row extends object>(rules: SumRules<Row>): UsageSum {
  const { shape } = rules;
  const { table } = shape;
  return {
    table,
    async add(client, insert, usage) {
      const sums = new Map<string, Row>();
      addRows(sums, rules, usage);
      await insert(client, shape, toSorted(sums));
    },
    openTally() {
      const sums = new Map<string, Row>();
      return {
        add: (usage) => addRows(sums, rules, usage),
        async compare(client, span) {
          const stored = await client.query<Row>(`select * from ${table} where at >= $1 and at < $2`, [...span]);
          return compareRows(sums, rules, stored.rows);
        },
        async replace(client, insert, span) {
          await client.query(`delete from ${table} where at >= $1 and at < $2`, [...span]);
          await insert(client, shape, toSorted(sums));
        },
      };
    },
  };
}

function addRows<Row>(sums: Map<string, Row>, { toRows, toKey, merge }: SumRules<Row>, usage: readonly UsageTable[]) {
  for (const one of usage) {
    for (const row of toRows(one)) {
      const key = toKey(row);
      const sum = sums.get(key);
      sums.set(key, sum ? merge(sum, row) : row);
    }
  }
}

/** Three writers that upsert unsorted keys deadlocked 191 times in a minute, sorted never. */
function toSorted<Row>(sums: ReadonlyMap<string, Row>): Row[] {
  return [...sums].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
}

function compareRows<Row extends object>(
  sums: ReadonlyMap<string, Row>,
  { shape, toKey, toRequestCount }: SumRules<Row>,
  stored: readonly Row[],
): SumComparison {
  const missing = new Map(sums);
  let wrong = 0;
  let requests = 0;
  for (const row of stored) {
    const key = toKey(row);
    const right = missing.get(key);
    missing.delete(key);
    requests += toRequestCount(row);
    if (right === undefined || !shape.columns.every((column) => isSame(row[column], right[column]))) wrong += 1;
  }
  const expected = [...sums.values()].reduce((total, row) => total + toRequestCount(row), 0);
  return { storedRows: stored.length, wrong: wrong + missing.size, isSurplus: requests > expected };
}

function isSame(one: unknown, other: unknown): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime();
  if (Array.isArray(one) && Array.isArray(other)) return one.join() === other.join();
  return one === other;
}
