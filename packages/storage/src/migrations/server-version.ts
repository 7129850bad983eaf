import type { PoolClient } from 'pg';
import { StorageError } from '../storage-error.ts';

/** Tests run on this one and on the embedded one; older ones are out of their makers' care. */
const MAJOR_MIN = 15;

/** @throws {StorageError} `server-too-old` where the server is older than what our statements need. */
export async function refuseOldServer(client: Pick<PoolClient, 'query'>): Promise<void> {
  const { rows } = await client.query<{ number: number; name: string }>(READ_VERSION);
  const problem = rows[0] === undefined ? null : findVersionProblem(rows[0].number, rows[0].name);
  if (problem !== null) throw new StorageError('server-too-old', problem);
}

/** `number` is PostgreSQL's `server_version_num`, such as 140009, and `name` its `server_version`, such as `14.9 (Debian)`. */
export function findVersionProblem(number: number, name: string): string | null {
  if (Math.floor(number / 10_000) >= MAJOR_MIN) return null;
  const version = name.split(' ')[0] ?? '';
  return (
    `PostgreSQL ${version} is too old, ${MAJOR_MIN} or newer is needed. ` +
    'Upgrade it, or leave DATABASE_URL out for the embedded one.'
  );
}

const READ_VERSION = `
  select
    current_setting('server_version_num')::int as number,
    current_setting('server_version') as name`;
