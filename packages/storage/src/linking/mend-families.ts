import { compareGraphs, type Fingerprint, type LinkChange, type Linked, mendGraph } from '@nexus/core';
import type { InsertRows } from '../writer/insert-rows.ts';
import { decideInOrder } from './decide-in-order.ts';
import type { LinkClient } from './find-candidates.ts';
import { LINK_RULES } from './link-rules.ts';
import { findFamilies, loadFamily } from './load-family.ts';
import { loadTail } from './load-tail.ts';
import { applyChanges, insertLinked, type NewLinked, type StoredChange } from './store-links.ts';

export interface LinkWorld extends LinkClient {
  readonly insert: InsertRows;
}

export interface Unsettled {
  /** Requests whose place was in doubt. */
  readonly aside: readonly Fingerprint[];
  /** Those of the same batch that have theirs; their branches are not stored yet. */
  readonly appended: readonly Linked[];
}

export interface Mended {
  readonly fresh: readonly NewLinked[];
  readonly changes: readonly StoredChange[];
}

/**
 * Links requests that came late with what they touch, and writes it down. Where a request belongs depends only on what
 * began before it: so first what began after the earliest of them is decided again, and only where that leaves a doubt
 * are whole families linked anew.
 */
export async function mendFamilies(world: LinkWorld, unsettled: Unsettled): Promise<Mended> {
  const conversationIds = await findFamilies(world, unsettled.aside);
  const mended =
    (await mendTail(world, { ...unsettled, conversationIds })) ??
    (await mendWhole(world, { ...unsettled, conversationIds }));
  await applyChanges(world.client, mended.changes);
  await insertLinked(world.client, world.insert, mended.fresh);
  return mended;
}

interface Families extends Unsettled {
  readonly conversationIds: readonly string[];
}

async function mendTail(world: LinkWorld, { aside, appended, conversationIds }: Families): Promise<Mended | null> {
  const tail = await loadTail(world, conversationIds, Math.min(...aside.map(({ startedAtMs }) => startedAtMs)));
  if (tail === null) return null;
  const anew = new Set(tail.map(({ link }) => link.requestId));
  const decided = await decideInOrder(world, [...tail.map(({ fingerprint }) => fingerprint), ...aside], {
    waited: new Set(),
    anew: tail.map(({ link }) => link),
    unsaved: appended.flatMap(({ link }) => (anew.has(link.requestId) ? [] : link)),
    isAsSeen: false,
  });
  if (decided.aside.length > 0) return null;
  const before = new Map(tail.map(({ link }) => [link.requestId, link]));
  const after = new Map(decided.appended.map(({ link }) => [link.requestId, link]));
  const arrived = new Set(aside.map(({ requestId }) => requestId));
  return {
    fresh: decided.appended.filter(({ link }) => arrived.has(link.requestId)),
    changes: toStoredChanges(compareGraphs(before, after), tail),
  };
}

async function mendWhole(world: LinkWorld, { aside, appended, conversationIds }: Families): Promise<Mended> {
  const family = conversationIds.length === 0 ? [] : await loadFamily(world.client, conversationIds);
  if (family === null) return placeAsSeen(world, { aside, appended });
  const changes = mendGraph({ family, arrived: aside }, LINK_RULES);
  const arrived = new Map(aside.map((fingerprint) => [fingerprint.requestId, fingerprint]));
  const stored = new Map(family.map(({ fingerprint }) => [fingerprint.requestId, fingerprint]));
  const fresh = changes.flatMap(({ after }): NewLinked[] => {
    const fingerprint = arrived.get(after.requestId);
    if (fingerprint === undefined) return [];
    const parentId = after.parentRequestId ?? '';
    const parentEnd = (arrived.get(parentId) ?? stored.get(parentId))?.chain?.end ?? null;
    return [{ fingerprint, link: after, parentEnd }];
  });
  return { fresh, changes: toStoredChanges(changes, family) };
}

/** In a family that is too large to be linked anew, what comes late stands behind its parent, and nobody else moves. */
async function placeAsSeen(world: LinkWorld, { aside, appended }: Unsettled): Promise<Mended> {
  const unsaved = appended.map(({ link }) => link);
  const decided = await decideInOrder(world, aside, { waited: new Set(), anew: [], unsaved, isAsSeen: true });
  return { fresh: decided.appended, changes: [] };
}

function toStoredChanges(changes: readonly LinkChange[], stored: readonly Linked[]): StoredChange[] {
  const byId = new Map(stored.map(({ fingerprint }) => [fingerprint.requestId, fingerprint]));
  return changes.flatMap(({ before, after }): StoredChange[] => {
    const fingerprint = byId.get(after.requestId);
    return before === null || fingerprint === undefined ? [] : [{ fingerprint, change: { before, after } }];
  });
}
