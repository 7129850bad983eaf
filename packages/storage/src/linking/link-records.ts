import type { Fingerprint, Link } from '@nexus/core';
import { decideInOrder } from './decide-in-order.ts';
import { findPassedEnds } from './load-family.ts';
import { type LinkWorld, mendFamilies } from './mend-families.ts';
import { insertLinked, type StoredChange } from './store-links.ts';

/** What linking a batch did. */
export interface LinkedRecords {
  /** The links of the batch's own requests. */
  readonly links: ReadonlyMap<string, Link>;
  /** Stored requests whose links are others now. */
  readonly changes: readonly StoredChange[];
  /** Conversations whose facts must be counted anew; those of all others grew by the batch's requests alone. */
  readonly recount: ReadonlySet<string>;
}

/**
 * Links new requests and writes their links down. Those that only append are decided from one look-up; the rest are
 * linked anew with what they touch. The caller holds the lock of every domain in it, in an open transaction.
 */
export async function linkRecords(world: LinkWorld, fingerprints: readonly Fingerprint[]): Promise<LinkedRecords> {
  const waited = await findPassedEnds(world, fingerprints);
  const { appended, aside } = await decideInOrder(world, fingerprints, {
    waited,
    anew: [],
    unsaved: [],
    isAsSeen: false,
  });
  await insertLinked(world.client, world.insert, appended);
  const links = new Map(appended.map(({ link }) => [link.requestId, link]));
  if (aside.length === 0) return { links, changes: [], recount: new Set() };
  const mended = await mendFamilies(world, { aside, appended });
  for (const { link } of mended.fresh) links.set(link.requestId, link);
  const own = new Set(links.keys());
  for (const { change } of mended.changes) {
    if (own.has(change.after.requestId)) links.set(change.after.requestId, change.after);
  }
  return { links, changes: mended.changes, recount: toRecount(mended.changes, own) };
}

/** Facts only grow, so what was counted somewhere else, or as something else, must be counted anew. */
function toRecount(changes: readonly StoredChange[], own: ReadonlySet<string>): Set<string> {
  const recount = new Set<string>();
  for (const {
    change: { before, after },
  } of changes) {
    if (own.has(after.requestId) || isCountedAlike(before, after)) continue;
    recount.add(before.conversationId).add(after.conversationId);
  }
  return recount;
}

/** Another parent of a turn that goes on, or tries again, is written nowhere but in its own row. */
function isCountedAlike(before: Link, after: Link): boolean {
  return (
    before.conversationId === after.conversationId &&
    before.branch === after.branch &&
    before.relation === after.relation &&
    before.depth === after.depth &&
    before.launchOrder === after.launchOrder &&
    (before.parentRequestId === after.parentRequestId || !beginsBranch(after))
  );
}

function beginsBranch({ relation }: Link): boolean {
  return relation !== 'continues' && relation !== 'retries' && relation !== 'attached';
}
