import type { Pool } from 'pg';
import { type Month, toMonth } from '../migrations/month.ts';

/** One month of one table. */
export interface MonthPartition {
  readonly table: string;
  readonly name: string;
  readonly month: Month;
  /** On disk, with indexes. */
  readonly bytes: number;
}

/** The partitions of a table that is cut by month, oldest first. */
export async function listMonthPartitions(pool: Pool, table: string): Promise<MonthPartition[]> {
  const found = await pool.query<{ name: string; bytes: number }>(
    `select c.relname as name, pg_total_relation_size(c.oid) as bytes
     from pg_inherits as i
     join pg_class as c on c.oid = i.inhrelid
     where i.inhparent = $1::regclass
     order by c.relname`,
    [table],
  );
  return found.rows.flatMap(({ name, bytes }) => {
    const [, year, month] = /_(\d{4})_(\d{2})$/.exec(name) ?? [];
    if (year === undefined || month === undefined) return [];
    return [{ table, name, month: toMonth(Date.UTC(Number(year), Number(month) - 1)), bytes }];
  });
}
