import { buildGraph, type Graph } from './build-graph.ts';
import { compareRequests, type Fingerprint } from './fingerprint.ts';
import type { LinkRules } from './link-rules.ts';
import type { Link } from './link.ts';

/** A request with the link it has. */
export interface Linked {
  readonly fingerprint: Fingerprint;
  readonly link: Link;
}

/** One link that must be stored; `before` is null for a request that had none. */
export interface LinkChange {
  readonly before: Link | null;
  readonly after: Link;
}

/**
 * What must change once `arrived` are recorded among `family` (what `toLinkKeys` of each finds, with all members of the
 * conversations those are in), in the order of the requests. Empty where everything stands as it should: mending twice
 * changes nothing.
 */
export function mendGraph(
  { family, arrived }: { readonly family: readonly Linked[]; readonly arrived: readonly Fingerprint[] },
  rules: LinkRules,
): readonly LinkChange[] {
  const before = new Map(family.map(({ fingerprint, link }) => [fingerprint.requestId, link]));
  const fingerprints = [...family.map(({ fingerprint }) => fingerprint), ...arrived].sort(compareRequests);
  return compareGraphs(before, buildGraph(fingerprints, rules));
}

/** The changes that make `after` of `before`, in the order of `after`. */
export function compareGraphs(before: Graph, after: Graph): readonly LinkChange[] {
  return [...after.values()].flatMap((link) => {
    const old = before.get(link.requestId) ?? null;
    return old !== null && isSameLink(old, link) ? [] : { before: old, after: link };
  });
}

function isSameLink(a: Link, b: Link): boolean {
  return (
    a.conversationId === b.conversationId &&
    a.branch === b.branch &&
    a.depth === b.depth &&
    a.launchOrder === b.launchOrder &&
    a.relation === b.relation &&
    a.parentRequestId === b.parentRequestId &&
    a.retryOf === b.retryOf &&
    a.launchedBy?.requestId === b.launchedBy?.requestId &&
    a.launchedBy?.toolUseId === b.launchedBy?.toolUseId &&
    a.linkSource === b.linkSource &&
    a.because === b.because
  );
}
