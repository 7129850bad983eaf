import {
  type Candidate,
  compareRequests,
  decideLink,
  type Fingerprint,
  isNeighbour,
  type KnownBranch,
  type Link,
  type LinkDecision,
  type Linked,
  type LinkKeys,
  mendGraph,
  toLinkKeys,
} from '@nexus/core';
import type { ClientBase } from 'pg';
import type { InsertRows } from '../writer/insert-rows.ts';
import { findCandidates, type LinkClient } from './find-candidates.ts';
import { toLinked } from './fingerprint-row.ts';
import { LINK_RULES } from './link-rules.ts';
import { findFamilies, findPassedEnds, loadFamily } from './load-family.ts';
import { applyChanges, insertLinked, type NewLinked, type StoredChange } from './store-links.ts';

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
  const aside: Fingerprint[] = [];
  for (const fingerprint of sorted) {
    const keys = toLinkKeys(fingerprint);
    const isWaited = passed.has(fingerprint.requestId) || aside.some((other) => areNeighbours(fingerprint, other));
    const decision = isWaited ? null : await decide(client, { pool, fingerprint, keys });
    if (decision?.kind !== 'append' || isRetryOfContinued(decision.link, pool)) {
      aside.push(fingerprint);
      continue;
    }
    appended.push({ fingerprint, link: decision.link, parentEnd: pool.findEnd(decision.link.parentRequestId) });
    pool.add({ fingerprint, link: decision.link });
  }
  await insertLinked(client, insert, appended);
  const links = new Map(appended.map(({ link }) => [link.requestId, link]));
  if (aside.length === 0) return { links, changes: [], recount: new Set() };
  return mend(world, { aside, links });
}

/** What goes on from an attempt without an answer may not be its child, once another attempt has one. */
function isRetryOfContinued({ retryOf }: Link, { candidates }: Pool): boolean {
  return candidates.some(({ link, continuedBy }) => link.requestId === retryOf && continuedBy !== null);
}

/** Either may have to do with the other's place, whichever comes first. */
function areNeighbours(a: Fingerprint, b: Fingerprint): boolean {
  return isNeighbour(toLinkKeys(a), toUnplaced(b)) || isNeighbour(toLinkKeys(b), toUnplaced(a));
}

/** A request without a place may turn out to be a beginning, so it counts as one. */
function toUnplaced(fingerprint: Fingerprint): Linked {
  const none = { parentRequestId: null, retryOf: null, launchedBy: null, branch: null, launchOrder: null };
  const { requestId } = fingerprint;
  const link: Link = {
    ...none,
    relation: 'root',
    linkSource: 'none',
    because: '',
    depth: 0,
    requestId,
    conversationId: '',
  };
  return { fingerprint, link };
}

/** Requests that decisions may depend on: stored ones, and those of the batch as they are linked. */
interface Pool {
  readonly candidates: readonly Candidate[];
  readonly branches: Map<string, KnownBranch[]>;
  add(linked: Linked): void;
  findEnd(requestId: string | null): string | null;
}

async function loadPool(client: LinkClient, fingerprints: readonly Fingerprint[]): Promise<Pool> {
  const near = await loadCandidates(client, fingerprints, 'near');
  const lonely = fingerprints.filter((fingerprint) => !hasProof(fingerprint, [...near.values(), ...fingerprints]));
  const whole = lonely.length === 0 ? [] : await loadCandidates(client, lonely, 'whole');
  const byId = new Map([...near, ...whole].map((it) => [it[0], it[1]]));
  return createPool([...byId.values()]);
}

async function loadCandidates(
  client: LinkClient,
  fingerprints: readonly Fingerprint[],
  reach: 'near' | 'whole',
): Promise<Map<string, Candidate>> {
  const rows = await findCandidates(client, fingerprints, reach);
  // Decisions read where a candidate ends and never the steps before.
  return new Map(
    rows.map((row) => {
      const { continued_by: requestId, continued_at: at } = row;
      const continuedBy = requestId === null || at === null ? null : { requestId, startedAtMs: at.getTime() };
      return [row.request_id, { ...toLinked(row, () => null, 1), continuedBy }];
    }),
  );
}

/** Whether a turn that is no mere opening is a beginning of `fingerprint`: then nothing else tells more. */
function hasProof(fingerprint: Fingerprint, others: readonly (Candidate | Fingerprint)[]): boolean {
  const ends = new Set(fingerprint.chain?.steps.slice(0, -1).map(({ end }) => end));
  return others.some((it) => {
    const other = 'link' in it ? it.fingerprint : it;
    const isTurn = other.kind === 'inference' || other.kind === 'compaction';
    const isBefore = isTurn && other.domain === fingerprint.domain && compareRequests(other, fingerprint) < 0;
    return isBefore && other.chain !== null && !other.chain.isOpening && ends.has(other.chain.end);
  });
}

function createPool(loaded: readonly Candidate[]): Pool {
  const candidates = [...loaded];
  const turns = new Map(loaded.map(({ link }) => [link.requestId, link.retryOf ?? link.requestId]));
  const ends = new Map(loaded.map(({ fingerprint }) => [fingerprint.requestId, fingerprint.chain?.end ?? null]));
  const branches = new Map<string, KnownBranch[]>();
  return {
    candidates,
    branches,
    findEnd: (requestId) => (requestId === null ? null : (ends.get(requestId) ?? null)),
    add({ fingerprint, link }) {
      candidates.push({ fingerprint, link, continuedBy: null });
      turns.set(link.requestId, link.retryOf ?? link.requestId);
      ends.set(link.requestId, fingerprint.chain?.end ?? null);
      const { branch, relation, launchOrder, conversationId, parentRequestId } = link;
      const isNew = relation !== 'continues' && relation !== 'retries' && branch !== null;
      if (isNew) branches.get(conversationId)?.push({ name: branch, launchOrder });
      if (relation !== 'continues' || fingerprint.kind === 'compaction' || parentRequestId === null) return;
      const turnId = turns.get(parentRequestId);
      for (const [at, it] of candidates.entries()) {
        const isParent = turns.get(it.link.requestId) === turnId && it.continuedBy === null;
        if (isParent) candidates[at] = { ...it, continuedBy: fingerprint };
      }
    },
  };
}

interface Decided {
  readonly pool: Pool;
  readonly fingerprint: Fingerprint;
  readonly keys: LinkKeys;
}

async function decide(client: ClientBase, { pool, fingerprint, keys }: Decided): Promise<LinkDecision> {
  const candidates = toCandidates(pool, { fingerprint, keys });
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
function toCandidates({ candidates }: Pool, { fingerprint, keys }: Omit<Decided, 'pool'>): Candidate[] {
  const neighbours = candidates.filter((it) => isNeighbour(keys, it));
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
  { conversationId, pool }: { readonly conversationId: string; readonly pool: Pool },
): Promise<KnownBranch[]> {
  const found = await client.query<{ name: string; launch_order: string | null }>(
    'select name, launch_order from branch where conversation_id = $1',
    [conversationId],
  );
  const byName = new Map(found.rows.map((row) => [row.name, { name: row.name, launchOrder: row.launch_order }]));
  for (const { link } of pool.candidates) {
    const isHere = link.conversationId === conversationId && link.branch !== null && beginsBranch(link);
    if (isHere) byName.set(link.branch, { name: link.branch, launchOrder: link.launchOrder });
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
