import type { AccountChoice } from '@nexus/core';
import type { Account } from './account.ts';

/**
 * The account that files, batches and whatever else lives at one account go to: the first of the pool that is not switched
 * off. It is asked however it is, since nobody else could answer.
 */
export function chooseHome(members: readonly Account[], excluded: ReadonlySet<string>): AccountChoice<Account> {
  let home: Account | null = null;
  for (const member of members) {
    const { kind } = member.state.health;
    if (kind === 'paused' || kind === 'disabled' || member.upstream.state.health.kind === 'disabled') continue;
    if (home === null || member.priority < home.priority) home = member;
  }
  if (home === null || excluded.has(home.id)) return { kind: 'unavailable' };
  return { kind: 'chosen', member: home, because: 'only' };
}
