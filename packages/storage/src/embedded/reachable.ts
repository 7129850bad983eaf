import { type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ServerAccount } from './server-account.ts';

/** Whether `account` may pass through every folder above `path`, told from the mode bits (ACLs are not asked). */
export function canReach(path: string, account: ServerAccount): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (!mayEnter(statSync(folder), account)) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** Whether `account` may pass through this one folder (or run this one file). */
export function mayEnter(stats: Stats, account: ServerAccount): boolean {
  return (stats.mode & toBits(stats, account, 0o100)) !== 0;
}

/** Whether `account` may read this one file or list this one folder. */
export function mayRead(stats: Stats, account: ServerAccount): boolean {
  return (stats.mode & toBits(stats, account, 0o400)) !== 0;
}

function toBits(stats: Stats, account: ServerAccount, ownerBit: number): number {
  if (stats.uid === account.uid) return ownerBit;
  return stats.gid === account.gid ? ownerBit >> 3 : ownerBit >> 6;
}
