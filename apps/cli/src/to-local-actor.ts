import { hostname, userInfo } from 'node:os';

/** Who works at this machine, for the audit. */
export function toLocalActor() {
  return { kind: 'local-cli' as const, user: findLocalUser() };
}

/** The name of whoever runs this; the number where nobody said a name, as in a container or under cron. */
export function findLocalUser(): string {
  const { username, uid } = userInfo();
  // Bun knows names from USER alone and calls everybody else so (1.4.5).
  return username === 'unknown' ? `uid ${uid}` : username;
}

/** The same for a gateway elsewhere, as a header may say it: `ada@laptop`. */
export function toLocalUserAtHost(): string {
  return `${findLocalUser()}@${hostname()}`.replaceAll(/[^\x20-\x7e]/g, '?');
}
