import { userInfo } from 'node:os';

/** Who works at this machine, for the audit. */
export function toLocalActor() {
  return { kind: 'local-cli' as const, user: userInfo().username };
}
