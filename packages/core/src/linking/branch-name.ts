import { type Digest, type LinkHash, toLinkHash } from '@nexus/anthropic';
import type { Fingerprint } from './fingerprint.ts';
import type { Placement } from './link.ts';

/** The branch of a conversation's first root. */
export const MAIN = 'main';

/** Digits of a name's hash: 40 bits, so that not even a thousand branches of a conversation meet by chance. */
const NAME_DIGITS = 10;

interface Naming {
  /** The parent of the request that the branch begins with. */
  readonly parent: Fingerprint | undefined;
  /** The names of the conversation's earlier branches. */
  readonly taken: ReadonlySet<string>;
  readonly digest: Digest;
}

/** The branch that a fork, a segment or a root begins. */
export function toBranchName(begun: Begun, naming: Naming): string {
  if (begun.placement.relation === 'root' && !naming.taken.has(MAIN)) return MAIN;
  const names = toNames(begun, naming);
  return names.find((name) => !naming.taken.has(name)) ?? `branch_${begun.fingerprint.requestId}`;
}

/** Whether the name that a branch would have by itself went to another. */
export function isNameTaken(begun: Begun, naming: Naming): boolean {
  return naming.taken.has(toNames(begun, naming)[0] ?? '');
}

interface Begun {
  readonly fingerprint: Fingerprint;
  readonly placement: Placement;
}

/**
 * The names a branch may have, the first being its own: made of what diverged and of who sent it, so that everybody who
 * sees it gives it the same name. Another is needed only where the request in which two branches parted was lost.
 */
function toNames({ fingerprint, placement }: Begun, { parent, digest }: Naming): string[] {
  const prefix = placement.relation === 'compacts' ? 'compact_' : 'branch_';
  const caller = [fingerprint.sessionId ?? '', fingerprint.agentId ?? ''];
  const end = fingerprint.chain?.end ?? '';
  const beginnings = [
    [toDivergence(fingerprint, parent), ...caller],
    [end, ...caller],
    [end, ...caller, fingerprint.requestId],
  ];
  return beginnings.map((parts) => prefix + toLinkHash(digest, ['branch', ...parts]).slice(0, NAME_DIGITS));
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
