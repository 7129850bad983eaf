import {
  type Candidate,
  compareRequests,
  decideLink,
  type Fingerprint,
  type KnownBranch,
  type Link,
  type LinkDecision,
  mendGraph,
  toLinkKeys,
} from '@nexus/core';
import type { ClientBase } from 'pg';
import type { InsertRows } from '../writer/insert-rows.ts';
import { type CandidatePool, createCandidatePool } from './candidate-pool.ts';
import { findCandidates, findFarCandidates, type LinkClient } from './find-candidates.ts';
import { LINK_RULES } from './link-rules.ts';
import { findFamilies, findPassedEnds, loadFamily } from './load-family.ts';
import { applyChanges, insertLinked, type NewLinked, type StoredChange } from './store-links.ts';
import { createUnplaced } from './unplaced.ts';

/** What linking a batch did. */
export interface LinkedRecords {
  /** The links of the batch's own requests. */
  readonly links: ReadonlyMap<string, Link>;
  /** Stored requests whose links are others now. */
  readonly changes: readonly StoredChange[];
  /** Conversations whose facts must be counted anew; those of all others grew by the batch's requests alone. */
  readonly recount: ReadonlySet<string>;
}

export interface LinkWorld extends LinkClient {
  readonly insert: InsertRows;
}

/**
 * Links new requests and writes their links down. Those that only append are decided from one look-up; the rest, with
 * all they touch, are linked anew together. The caller holds the lock of every domain in it, in an open transaction.
 */
export async function linkRecords(world: LinkWorld, fingerprints: readonly Fingerprint[]): Promise<LinkedRecords> {
  const { client, insert } = world;
  const sorted = fingerprints.toSorted(compareRequests);
  const pool = await loadPool(world, sorted);
  const passed = await findPassedEnds(world, sorted);
  const appended: NewLinked[] = [];
  const unplaced = createUnplaced();
  for (const fingerprint of sorted) {
    const isWaited = passed.has(fingerprint.requestId) || unplaced.hasNeighbour(fingerprint);
    const decision = isWaited ? null : await decide(client, { pool, fingerprint });
    // What goes on from an attempt without an answer may not be its child, once another attempt has one.
    if (decision?.kind !== 'append' || pool.isOpenAndContinued(decision.link.retryOf)) {
      unplaced.add(fingerprint);
      continue;
    }
    appended.push({ fingerprint, link: decision.link, parentEnd: pool.findEnd(decision.link.parentRequestId) });
    pool.add({ fingerprint, link: decision.link });
  }
  const aside = unplaced.all;
  await insertLinked(client, insert, appended);
  const links = new Map(appended.map(({ link }) => [link.requestId, link]));
  if (aside.length === 0) return { links, changes: [], recount: new Set() };
  return mend(world, { aside, links });
}

async function loadPool(client: LinkClient, fingerprints: readonly Fingerprint[]): Promise<CandidatePool> {
  const near = await findCandidates(client, fingerprints);
  const lonely = findLonely(fingerprints, near);
  const far = lonely.length === 0 ? [] : await findFarCandidates(client, lonely);
  return createCandidatePool([...new Map([...near, ...far].map((it) => [it.link.requestId, it])).values()]);
}

/** Those of which no turn that is no mere opening is a beginning: where one is, nothing else tells more. */
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
    return !chain?.steps.slice(0, -1).some(({ end }) => {
      const turn = earliest.get(`${domain} ${end}`);
      return turn !== undefined && compareRequests(turn, fingerprint) < 0;
    });
  });
}

interface Deciding {
  readonly pool: CandidatePool;
  readonly fingerprint: Fingerprint;
}

async function decide(client: ClientBase, { pool, fingerprint }: Deciding): Promise<LinkDecision> {
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
    pool.branches.set(conversationId, await loadBranches(client, { conversationId, pool }));
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
  { conversationId, pool }: { readonly conversationId: string; readonly pool: CandidatePool },
): Promise<KnownBranch[]> {
  const found = await client.query<{ name: string; launch_order: string | null }>(
    'select name, launch_order from branch where conversation_id = $1',
    [conversationId],
  );
  const byName = new Map(found.rows.map((row) => [row.name, { name: row.name, launchOrder: row.launch_order }]));
  for (const { link } of pool.beginningsOf(conversationId)) {
    if (link.branch !== null) byName.set(link.branch, { name: link.branch, launchOrder: link.launchOrder });
  }
  return [...byName.values()];
}

interface Unsettled {
  readonly aside: readonly Fingerprint[];
  readonly links: Map<string, Link>;
}

/** Links families anew: what stands in them already may get another place by what came. */
async function mend({ client, insert }: LinkWorld, { aside, links }: Unsettled): Promise<LinkedRecords> {
  const conversationIds = await findFamilies(client, aside);
  const family = conversationIds.length === 0 ? [] : await loadFamily(client, conversationIds);
  const changes = mendGraph({ family: family ?? [], arrived: aside }, LINK_RULES);
  const stored = new Map((family ?? []).map(({ fingerprint }) => [fingerprint.requestId, fingerprint]));
  const arrived = new Map(aside.map((fingerprint) => [fingerprint.requestId, fingerprint]));
  const fresh: NewLinked[] = [];
  const moved: StoredChange[] = [];
  for (const { before, after } of changes) {
    const fingerprint = arrived.get(after.requestId);
    const known = stored.get(after.requestId);
    const parentId = after.parentRequestId ?? '';
    const parentEnd = (arrived.get(parentId) ?? stored.get(parentId))?.chain?.end ?? null;
    if (fingerprint !== undefined) fresh.push({ fingerprint, link: after, parentEnd });
    else if (known !== undefined && before !== null) moved.push({ fingerprint: known, change: { before, after } });
    if (fingerprint !== undefined || links.has(after.requestId)) links.set(after.requestId, after);
  }
  await applyChanges(client, moved);
  await insertLinked(client, insert, fresh);
  const recount = new Set<string>();
  for (const { before, after } of changes) {
    recount.add(after.conversationId);
    if (before !== null) recount.add(before.conversationId);
  }
  return { links, changes: moved, recount };
}
