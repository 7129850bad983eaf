import type { Relation } from '@nexus/core';
import type { ReadableBranch } from './load-readable.ts';

const WORDS: Readonly<Record<Relation, string>> = {
  root: 'begins here',
  continues: 'continues',
  forks: 'forks from',
  retries: 'retries',
  'sub-agent': 'sub-agent of',
  compacts: 'goes on from a summary of',
  attached: 'belongs to',
};

/** The name of a branch and how it began, in words: `branch_1a2b (forks from main)`. */
export function toBranchHeading({ facts, parentBranch }: Pick<ReadableBranch, 'facts' | 'parentBranch'>): string {
  return parentBranch === null ? facts.name : `${facts.name} (${WORDS[facts.relation]} ${parentBranch})`;
}

/** Who speaks, as people say it. */
export function toSpeaker(role: string): string {
  if (role === 'assistant') return 'Claude';
  return role === 'user' ? 'User' : role;
}
