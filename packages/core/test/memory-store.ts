import {
  type Candidate,
  compareRequests,
  decideLink,
  type Fingerprint,
  type KnownBranch,
  isNeighbour,
  type Link,
  type Linked,
  type LinkKeys,
  type LinkRules,
  mendGraph,
  toLinkKeys,
} from '../src/index.ts';

/** What a recorder does with a database, in memory: one look-up, then an append or a mend. */
export interface MemoryStore {
  record(fingerprint: Fingerprint): void;
  links(): ReadonlyMap<string, Link>;
  /** How many requests were appended, and how many made families be linked anew. */
  readonly counts: { append: number; relink: number };
}

/** `isLean` hands over the fewest candidates that the rules allow, else every neighbour. */
export function createMemoryStore({ rules, isLean }: { rules: LinkRules; isLean: boolean }): MemoryStore {
  const stored = new Map<string, Linked>();
  const counts = { append: 0, relink: 0 };
  return {
    counts,
    links: () => new Map([...stored].map(([id, { link }]) => [id, link])),
    record: (fingerprint) => {
      const keys = toLinkKeys(fingerprint);
      const arePrompted = [...stored.values()].some(({ fingerprint: { agentCalls } }) => {
        return agentCalls.some(({ promptHash }) => promptHash === keys.promptHash);
      });
      const found = [...stored.values()]
        .filter((other) => isNeighbour(arePrompted ? keys : { ...keys, promptHash: null }, other))
        .sort((a, b) => compareRequests(a.fingerprint, b.fingerprint));
      const neighbours = isLean ? withoutFarOpenings(found, { fingerprint, keys }) : found;
      const known = isLean ? toLeanest(neighbours, { fingerprint, keys }) : neighbours;
      const candidates = known.map((linked) => toCandidate(linked, stored));
      const branchesOf = (conversationId: string): KnownBranch[] => toBranches(conversationId, stored);
      const decision = decideLink(fingerprint, { candidates, branchesOf, rules });
      counts[decision.kind] += 1;
      if (decision.kind === 'append') {
        stored.set(fingerprint.requestId, { fingerprint, link: decision.link });
        return;
      }
      const touched = new Set(neighbours.map(({ link }) => link.conversationId));
      const family = [...stored.values()].filter(({ link }) => touched.has(link.conversationId));
      const byId = new Map(
        [...family.map((linked) => linked.fingerprint), fingerprint].map((one) => [one.requestId, one]),
      );
      for (const { after } of mendGraph({ family, arrived: [fingerprint] }, rules)) {
        const changed = byId.get(after.requestId);
        if (changed !== undefined) stored.set(after.requestId, { fingerprint: changed, link: after });
      }
    },
  };
}

function toCandidate(linked: Linked, stored: ReadonlyMap<string, Linked>): Candidate {
  const turnId = turnOf(linked);
  const next = [...stored.values()].filter(({ fingerprint, link }) => {
    const parent = link.parentRequestId === null ? undefined : stored.get(link.parentRequestId)?.link;
    const isBehind = parent !== undefined && (parent.retryOf ?? parent.requestId) === turnId;
    return isBehind && link.relation === 'continues' && fingerprint.kind !== 'compaction';
  });
  const continuedBy = next.map(({ fingerprint }) => fingerprint).sort(compareRequests)[0] ?? null;
  return { ...linked, continuedBy };
}

function toBranches(conversationId: string, stored: ReadonlyMap<string, Linked>): KnownBranch[] {
  const links = [...stored.values()].map(({ link }) => link).filter((link) => link.conversationId === conversationId);
  const names = new Set(links.flatMap(({ branch }) => branch ?? []));
  return [...names].map((name) => {
    const launchOrder = links.find((link) => link.branch === name && link.launchOrder !== null)?.launchOrder ?? null;
    return { name, launchOrder };
  });
}

/** The fewest that `isNeighbour` says a decision needs. */
function toLeanest(
  neighbours: readonly Linked[],
  { fingerprint, keys }: { fingerprint: Fingerprint; keys: LinkKeys },
): readonly Linked[] {
  const later = neighbours.find((other) => compareRequests(other.fingerprint, fingerprint) > 0);
  if (later !== undefined) return [later];
  const inSession = neighbours.filter(
    ({ fingerprint: { sessionId } }) => sessionId !== null && sessionId === keys.sessionId,
  );
  const byEnd = neighbours.filter(({ fingerprint: { chain } }) => chain !== null && keys.ends.includes(chain.end));
  const ofEach = toNewest(inSession, ({ link }) => link.conversationId);
  const whole = byEnd.filter(({ fingerprint: { chain, kind } }) => {
    return chain !== null && !chain.isOpening && chain.end !== keys.ends.at(-1) && kind !== 'auxiliary';
  });
  if (whole.length === 0) {
    const turns = inSession.filter(({ fingerprint: { kind } }) => kind !== 'auxiliary');
    const newest = toNewest(turns, ({ fingerprint: { agentId, kind } }) => `${agentId} ${kind}`);
    const others = neighbours.filter((one) => isFoundOtherwise(one, keys));
    return unique([...byEnd, ...others, ...newest, ...ofEach]);
  }
  const longest = Math.max(...whole.map(({ fingerprint: { chain } }) => keys.ends.indexOf(chain?.end ?? '')));
  const tied = byEnd.filter(({ fingerprint: { chain } }) => {
    return chain?.end === keys.ends[longest] || chain?.end === keys.ends.at(-1);
  });
  return unique([...tied, ...ofEach]);
}

/** Of answered openings of one end, session and agent, only the nearest before and after, and attempts at open turns. */
function withoutFarOpenings(
  found: readonly Linked[],
  { fingerprint, keys }: { fingerprint: Fingerprint; keys: LinkKeys },
): readonly Linked[] {
  const openTurns = new Set(found.filter((one) => one.fingerprint.answerEnd === null).map(turnOf));
  const nearest = new Map<string, Linked>();
  const isCommon = (one: Linked): boolean =>
    one.fingerprint.chain?.isOpening === true &&
    !openTurns.has(turnOf(one)) &&
    !isNeighbour({ ...keys, ends: [] }, one);
  for (const one of found.filter(isCommon)) {
    const { chain, sessionId, agentId } = one.fingerprint;
    const isBefore = compareRequests(one.fingerprint, fingerprint) < 0;
    const key = [isBefore, chain?.end, sessionId, agentId].join(' ');
    if (isBefore || !nearest.has(key)) nearest.set(key, one);
  }
  const kept = new Set(nearest.values());
  return found.filter((one) => !isCommon(one) || kept.has(one));
}

function turnOf({ link }: Linked): string {
  return link.retryOf ?? link.requestId;
}

function toNewest(linked: readonly Linked[], keyOf: (one: Linked) => string): Linked[] {
  return [...new Map(linked.map((one) => [keyOf(one), one])).values()];
}

function isFoundOtherwise(other: Linked, keys: LinkKeys): boolean {
  return isNeighbour({ ...keys, sessionId: null, ends: [], end: null }, other);
}

function unique(linked: readonly Linked[]): Linked[] {
  return [...new Set(linked)].sort((a, b) => compareRequests(a.fingerprint, b.fingerprint));
}
