import { type RawBuilder, sql } from 'kysely';

/** Epoch milliseconds as an array of instants, in text: the driver takes ten times as long over a date. */
export function toInstants(instants: readonly number[]): RawBuilder<readonly Date[]> {
  return sql`${instants.map((atMs) => new Date(atMs).toISOString())}::timestamptz[]`;
}
