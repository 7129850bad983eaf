import type { Storage } from '../../storage.ts';

/** Takes the next `count` turns of a pool for one process, and gives the first of them. */
export async function claimAccountTurns({ pool }: Pick<Storage, 'pool'>, name: string, count: number): Promise<number> {
  const { rows } = await pool.query<{ turn: number }>(CLAIM, [name, count]);
  return (rows[0]?.turn ?? count) - count;
}

const CLAIM = `
  insert into account_turn (pool, turn)
  values ($1, $2)
  on conflict (pool) do update
  set turn = account_turn.turn + excluded.turn
  returning turn`;
