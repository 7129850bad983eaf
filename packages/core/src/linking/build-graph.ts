import { compareRequests, type Fingerprint } from './fingerprint.ts';
import { groupConversations } from './group-conversations.ts';
import { createLinkIndex, type Placed } from './link-index.ts';
import type { LinkRules } from './link-rules.ts';
import type { Link } from './link.ts';
import { nameBranches } from './name-branches.ts';
import { placeRequest } from './place-request.ts';

/** The links of a set of requests, by request id. */
export type Graph = ReadonlyMap<string, Link>;

/**
 * The truth: where every request of a set belongs. A pure function of the set, whatever its order; requests of
 * different domains never meet. Requests with the same id count once.
 */
export function buildGraph(fingerprints: Iterable<Fingerprint>, rules: LinkRules): Graph {
  const links = new Map<string, Link>();
  for (const members of toDomains(fingerprints)) {
    for (const link of linkDomain(members, rules)) links.set(link.requestId, link);
  }
  return links;
}

function toDomains(fingerprints: Iterable<Fingerprint>): Fingerprint[][] {
  const domains = new Map<string, Map<string, Fingerprint>>();
  for (const fingerprint of fingerprints) {
    const members = domains.get(fingerprint.domain) ?? new Map<string, Fingerprint>();
    domains.set(fingerprint.domain, members.set(fingerprint.requestId, fingerprint));
  }
  return [...domains.values()].map((members) => [...members.values()].sort(compareRequests));
}

function linkDomain(members: readonly Fingerprint[], rules: LinkRules): Link[] {
  const index = createLinkIndex();
  const placed: Placed[] = [];
  for (const fingerprint of members) {
    const next = { fingerprint, placement: placeRequest(fingerprint, { index, rules }) };
    index.add(next);
    placed.push(next);
  }
  return groupConversations(placed, rules.digest).flatMap((group) => {
    const standings = nameBranches(group.members, rules.digest);
    return group.members.map(({ fingerprint: { requestId }, placement }): Link => {
      const standing = standings.get(requestId) ?? { branch: null, depth: 0, launchOrder: null };
      return { ...placement, ...standing, requestId, conversationId: group.conversationId };
    });
  });
}
