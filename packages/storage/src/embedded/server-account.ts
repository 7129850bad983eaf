/** The operating-system account that PostgreSQL runs as where we are root, which it refuses to be. */
export interface ServerAccount {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Picks the account from the text of `/etc/passwd`: `postgres` where it exists, else `nobody`, else null.
 * It must have an entry there: initdb looks its own uid up and fails without one.
 */
export function findServerAccount(passwd: string): ServerAccount | null {
  const accounts = passwd.split('\n').flatMap(parseAccount);
  return accounts.find((it) => it.name === 'postgres') ?? accounts.find((it) => it.name === 'nobody') ?? null;
}

function parseAccount(line: string): ServerAccount[] {
  const [name, , uid, gid] = line.split(':');
  if (!name || !uid || !gid || !/^\d+$/.test(uid) || !/^\d+$/.test(gid) || uid === '0') return [];
  return [{ name, uid: Number(uid), gid: Number(gid) }];
}
