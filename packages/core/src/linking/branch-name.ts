import { type Digest, type LinkHash, toLinkHash } from '@nexus/anthropic';
import type { Fingerprint } from './fingerprint.ts';
import type { Placement } from './link.ts';

/** The branch of a conversation's first root. */
export const MAIN = 'main';

/** Digits of a name's hash: 40 bits, so that not even a thousand branches of a conversation meet by chance. */
const NAME_DIGITS = 10;

/**
 * The name of the branch that a fork, a segment or another root begins: made of what diverged and of who sent it, so
 * that everybody who sees it gives it the same name. Of three names the first that no earlier branch has; the last is
 * nobody else's.
 */
export function toBranchName(
  { fingerprint, placement }: { readonly fingerprint: Fingerprint; readonly placement: Placement },
  {
    parent,
    taken,
    digest,
  }: { readonly parent: Fingerprint | undefined; readonly taken: ReadonlySet<string>; readonly digest: Digest },
): string {
  if (placement.relation === 'root' && !taken.has(MAIN)) return MAIN;
  const prefix = placement.relation === 'compacts' ? 'compact_' : 'branch_';
  const caller = [fingerprint.sessionId ?? '', fingerprint.agentId ?? ''];
  const end = fingerprint.chain?.end ?? '';
  const names = [
    [toDivergence(fingerprint, parent), ...caller],
    [end, ...caller],
    [end, ...caller, fingerprint.requestId],
  ].map((parts) => prefix + toLinkHash(digest, ['branch', ...parts]).slice(0, NAME_DIGITS));
  return names.find((name) => !taken.has(name)) ?? `${prefix}${fingerprint.requestId}`;
}

/**
 * The end of the first block that the parent does not have. A record that was lost between the two may come later
 * and become the first of the branch: the name stays.
 */
function toDivergence({ chain }: Fingerprint, parent: Fingerprint | undefined): LinkHash {
  if (chain === null) return '';
  const at = chain.steps.findIndex(({ end }) => end === parent?.chain?.end);
  return at === -1 ? chain.opening : (chain.steps[at + 1]?.end ?? chain.end);
}

/** The name of the agent that was launched as the `count`-th of its conversation, from 1. */
export function toSubtaskName(count: number): string {
  return `subtask_${count}`;
}

/**
 * A text by which the agents of a conversation sort (by code units) in the order of the calls that launched them; an
 * agent whose call was not seen sorts by its own start.
 */
export function toLaunchOrder(
  { fingerprint, placement }: { readonly fingerprint: Fingerprint; readonly placement: Placement },
  launcher: Fingerprint | undefined,
): string {
  const launch = launcher ?? fingerprint;
  const index = (placement.launchedBy?.index ?? -1) + 1;
  return [toSortable(launch), String(index).padStart(4, '0'), toSortable(fingerprint)].join(' ');
}

/** Sorts as `compareRequests` does: 15 digits hold every instant that a clock can show. */
function toSortable({ startedAtMs, requestId }: Fingerprint): string {
  return `${String(startedAtMs).padStart(15, '0')} ${requestId}`;
}
