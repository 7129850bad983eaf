import {
  type Candidate,
  compareRequests,
  decideLink,
  type Fingerprint,
  type KnownBranch,
  type Link,
  type LinkDecision,
  toLinkKeys,
} from '@nexus/core';
import type { ClientBase } from 'pg';
import { type CandidatePool, createCandidatePool } from './candidate-pool.ts';
import { findCandidates, findFarCandidates, type LinkClient } from './find-candidates.ts';
import { NEAR_STEPS_MAX } from './link-columns.ts';
import { LINK_RULES } from './link-rules.ts';
import type { NewLinked } from './store-links.ts';
import { createUnplaced } from './unplaced.ts';

export interface DecideOptions {
  /** Requests for which somebody stored waits: their places are in doubt. */
  readonly waited: ReadonlySet<string>;
  /** Links of stored requests that are decided again: to whoever is looked for, they are not there. */
  readonly anew: readonly Link[];
  /** Links whose branches are not stored yet. */
  readonly unsaved: readonly Link[];
  /** Takes a place as it looks from what came before, where the whole graph cannot be asked. */
  readonly isAsSeen: boolean;
}

export interface Decided {
  /** Links that are final, in the order of their requests. */
  readonly appended: readonly NewLinked[];
  /** Requests whose place only the whole graph of their families can tell. */
  readonly aside: readonly Fingerprint[];
}

/** Decides requests from one look-up for all of them, each knowing what was decided before it. Writes nothing. */
export async function decideInOrder(
  link: LinkClient,
  fingerprints: readonly Fingerprint[],
  options: DecideOptions,
): Promise<Decided> {
  const sorted = fingerprints.toSorted(compareRequests);
  const pool = await loadPool(link, sorted, new Set(options.anew.map(({ requestId }) => requestId)));
  const appended: NewLinked[] = [];
  const unplaced = createUnplaced();
  for (const fingerprint of sorted) {
    const isWaited = options.waited.has(fingerprint.requestId) || unplaced.hasNeighbour(fingerprint);
    const decision = isWaited ? null : await decide(link.client, { pool, fingerprint, options });
    // What goes on from an attempt without an answer may not be its child, once another attempt has one.
    const isSure = decision?.kind === 'append' && !pool.isOpenAndContinued(decision.link.retryOf);
    if (decision === null || !(isSure || options.isAsSeen)) {
      unplaced.add(fingerprint);
      continue;
    }
    appended.push({ fingerprint, link: decision.link, parentEnd: pool.findEnd(decision.link.parentRequestId) });
    pool.add({ fingerprint, link: decision.link });
  }
  return { appended, aside: unplaced.all };
}

async function loadPool(
  client: LinkClient,
  fingerprints: readonly Fingerprint[],
  anew: ReadonlySet<string>,
): Promise<CandidatePool> {
  const near = await findCandidates(client, fingerprints, anew);
  const lonely = findLonely(fingerprints, near);
  const far = lonely.length === 0 ? [] : await findFarCandidates(client, lonely, anew);
  return createCandidatePool([...new Map([...near, ...far].map((it) => [it.link.requestId, it])).values()]);
}

/**
 * Those of which no turn that is no mere opening is a beginning, near their own ends: where one is, nothing else tells more.
 * One further back tells nothing: it was found by another way, such as its session, and a longer beginning may be stored.
 */
function findLonely(fingerprints: readonly Fingerprint[], near: readonly Candidate[]): Fingerprint[] {
  const earliest = new Map<string, Fingerprint>();
  for (const turn of [...near.map(({ fingerprint }) => fingerprint), ...fingerprints]) {
    const isTurn = turn.kind === 'inference' || turn.kind === 'compaction';
    if (!isTurn || turn.chain === null || turn.chain.isOpening) continue;
    const key = `${turn.domain} ${turn.chain.end}`;
    const known = earliest.get(key);
    if (known === undefined || compareRequests(turn, known) < 0) earliest.set(key, turn);
  }
  return fingerprints.filter((fingerprint) => {
    const { domain, chain } = fingerprint;
    return !chain?.steps.slice(-NEAR_STEPS_MAX, -1).some(({ end }) => {
      const turn = earliest.get(`${domain} ${end}`);
      return turn !== undefined && compareRequests(turn, fingerprint) < 0;
    });
  });
}

interface Deciding {
  readonly pool: CandidatePool;
  readonly fingerprint: Fingerprint;
  readonly options: DecideOptions;
}

async function decide(client: ClientBase, { pool, fingerprint, options }: Deciding): Promise<LinkDecision> {
  const candidates = withoutLaterAside(pool, fingerprint);
  const wanted = new Set<string>();
  const branchesOf = (conversationId: string): readonly KnownBranch[] | undefined => {
    const branches = pool.branches.get(conversationId);
    if (branches === undefined) wanted.add(conversationId);
    return branches;
  };
  const decision = decideLink(fingerprint, { candidates, branchesOf, rules: LINK_RULES });
  if (!beginsBranch(decision.link) || wanted.size === 0) return decision;
  for (const conversationId of wanted) {
    pool.branches.set(conversationId, await loadBranches(client, { conversationId, pool, options }));
  }
  return decideLink(fingerprint, { candidates, branchesOf, rules: LINK_RULES });
}

function beginsBranch({ relation }: Link): boolean {
  return relation !== 'continues' && relation !== 'retries' && relation !== 'attached';
}

/**
 * A later request that is no turn cannot be changed by this one unless it carries its messages; it only tells the
 * conversation of the session, and an earlier one tells that as well.
 */
function withoutLaterAside(pool: CandidatePool, fingerprint: Fingerprint): Candidate[] {
  const keys = toLinkKeys(fingerprint);
  const neighbours = pool.gather(fingerprint, keys);
  const isMate = ({ sessionId }: Fingerprint): boolean => sessionId !== null && sessionId === fingerprint.sessionId;
  const hasEarlierMate = neighbours.some((it) => {
    return isMate(it.fingerprint) && compareRequests(it.fingerprint, fingerprint) < 0;
  });
  if (!hasEarlierMate) return neighbours;
  return neighbours.filter(({ fingerprint: other, link }) => {
    const isAside = link.relation === 'attached' && compareRequests(other, fingerprint) > 0;
    return !isAside || other.chain?.end === keys.end;
  });
}

/** The stored branches of a conversation, and those that the batch added before. */
async function loadBranches(
  client: ClientBase,
  { conversationId, pool, options }: Omit<Deciding, 'fingerprint'> & { readonly conversationId: string },
): Promise<KnownBranch[]> {
  const found = await client.query<{ name: string; launch_order: string | null }>(
    'select name, launch_order from branch where conversation_id = $1',
    [conversationId],
  );
  const isHere = (link: Link): boolean => link.conversationId === conversationId && beginsBranch(link);
  const begunAnew = new Set(options.anew.filter(isHere).map(({ branch }) => branch));
  const there = found.rows.filter((row) => !begunAnew.has(row.name));
  const byName = new Map(there.map((row) => [row.name, { name: row.name, launchOrder: row.launch_order }]));
  const begun = [...options.unsaved.filter(isHere), ...pool.beginningsOf(conversationId).map(({ link }) => link)];
  for (const { branch, launchOrder } of begun) {
    if (branch !== null) byName.set(branch, { name: branch, launchOrder });
  }
  return [...byName.values()];
}
