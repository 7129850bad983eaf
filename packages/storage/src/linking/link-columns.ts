import type { LinkHash } from '@nexus/anthropic';
import { type Chain, CHAIN_STEPS_MAX, type Fingerprint, toLinkKeys } from '@nexus/core';

/** A request's parent nearly always ends within so many blocks of its own end; who has none there is asked for again. */
export const NEAR_STEPS_MAX = 4;

/** Which of a request's ends are asked for: the last ones with its own, the ones before those, or all. */
export type Reach = 'near' | 'rest' | 'whole';

type Pairs = readonly [domains: string[], values: string[]];

/** The keys of many requests as columns, for `unnest`; what several have in common is there once. */
export interface KeyColumns {
  /** Domain, end, whether it is somebody's own, and when that request began, with those of its neighbours in the batch. */
  readonly ends: readonly [string[], LinkHash[], boolean[], ...Span];
  /** The same of openings, with the answer that is carried, and session and agent. */
  readonly openings: readonly [string[], LinkHash[], boolean[], (LinkHash | null)[], string[], string[], ...Span];
  /** Domain, session, and when the earliest request of the batch began in it. */
  readonly sessions: readonly [string[], string[], Date[]];
  /** Domain, session and an agent whose newest turn may be gone on from; null is the session's own. */
  readonly agents: readonly [string[], string[], (string | null)[]];
  /** The same of those whose newest compaction may be. */
  readonly compacted: readonly [string[], string[], (string | null)[]];
  readonly prompts: Pairs;
  readonly launched: Pairs;
  readonly read: Pairs;
  readonly written: Pairs;
}

/** When a request began, and the ones before and after it that ask for the same: each looks as far as the next. */
type Span = readonly [at: Date[], after: (Date | null)[], before: (Date | null)[]];

export function toColumns(fingerprints: readonly Fingerprint[], reach: Reach): KeyColumns {
  const gathered = createGathered();
  for (const fingerprint of fingerprints) gather(fingerprint, { reach, gathered });
  const { ends, openings, sessions, agents, compacted, prompts, launched, read, written } = gathered;
  const spans = toSpans(ends);
  const openingSpans = toSpans(openings);
  const own = [...sessions.values()];
  return {
    ends: [
      spans.map(({ key }) => key.domain),
      spans.map(({ key }) => key.end),
      spans.map(({ key }) => key.isOwn),
      ...toSpanColumns(spans),
    ],
    openings: [
      openingSpans.map(({ key }) => key.domain),
      openingSpans.map(({ key }) => key.end),
      openingSpans.map(({ key }) => key.isOwn),
      openingSpans.map(({ key }) => key.answered),
      openingSpans.map(({ key }) => key.sessionId ?? ''),
      openingSpans.map(({ key }) => key.agentId ?? ''),
      ...toSpanColumns(openingSpans),
    ],
    sessions: [
      own.map(({ domain }) => domain),
      own.map(({ sessionId }) => sessionId),
      own.map(({ startedAtMs }) => new Date(startedAtMs)),
    ],
    agents: toAgentColumns(agents),
    compacted: toAgentColumns(compacted),
    prompts: toPairs(prompts),
    launched: toPairs(launched),
    read: toPairs(read),
    written: toPairs(written),
  };
}

interface EndKey {
  readonly domain: string;
  readonly end: LinkHash;
  readonly isOwn: boolean;
  readonly answered: LinkHash | null;
  readonly sessionId: string | null;
  readonly agentId: string | null;
}

/** Who asks for one end, and when each began. */
interface Asked {
  readonly key: EndKey;
  readonly times: Set<number>;
}

interface AgentKey {
  readonly domain: string;
  readonly sessionId: string;
  readonly agentId: string | null;
}

interface Gathered {
  readonly ends: Map<string, Asked>;
  readonly openings: Map<string, Asked>;
  readonly sessions: Map<string, { domain: string; sessionId: string; startedAtMs: number }>;
  readonly agents: Map<string, AgentKey>;
  readonly compacted: Map<string, AgentKey>;
  readonly prompts: Map<string, readonly [string, string]>;
  readonly launched: Map<string, readonly [string, string]>;
  readonly read: Map<string, readonly [string, string]>;
  readonly written: Map<string, readonly [string, string]>;
}

function createGathered(): Gathered {
  return {
    ends: new Map(),
    openings: new Map(),
    sessions: new Map(),
    agents: new Map(),
    compacted: new Map(),
    prompts: new Map(),
    launched: new Map(),
    read: new Map(),
    written: new Map(),
  };
}

function gather(
  fingerprint: Fingerprint,
  { reach, gathered }: { readonly reach: Reach; readonly gathered: Gathered },
): void {
  const { domain, sessionId, promptHash, launchedPrompts, summariesRead, summariesWritten } = toLinkKeys(fingerprint);
  const { chain, startedAtMs } = fingerprint;
  if (chain !== null) gatherEnds(fingerprint, { chain, reach, gathered });
  const session = sessionId === null ? undefined : gathered.sessions.get(`${domain} ${sessionId}`);
  if (sessionId !== null) {
    const earliestMs = Math.min(startedAtMs, session?.startedAtMs ?? startedAtMs);
    gathered.sessions.set(`${domain} ${sessionId}`, { domain, sessionId, startedAtMs: earliestMs });
    gatherAgents(fingerprint, sessionId, gathered);
  }
  const keep = (pairs: Map<string, readonly [string, string]>, value: string): void => {
    pairs.set(`${value} ${domain}`, [domain, value]);
  };
  if (promptHash !== null) keep(gathered.prompts, promptHash);
  for (const prompt of launchedPrompts) keep(gathered.launched, prompt);
  for (const probe of summariesRead) keep(gathered.read, probe);
  for (const probe of summariesWritten) keep(gathered.written, probe);
}

function gatherEnds(
  { domain, sessionId, agentId, startedAtMs }: Fingerprint,
  { chain, reach, gathered }: { readonly chain: Chain; readonly reach: Reach; readonly gathered: Gathered },
): void {
  const { steps } = chain;
  const near = Math.max(0, steps.length - NEAR_STEPS_MAX);
  const [from, to] = { near: [near, steps.length], rest: [0, near], whole: [0, CHAIN_STEPS_MAX] }[reach];
  const openingsTo = chain.isOpening ? steps.length : steps.findIndex(({ answered }) => answered !== null) + 1;
  // Where the beginning of a chain was cut off, the answer before its first steps may have been as well.
  const isWhole = chain.isOpening || steps[0]?.end === chain.opening;
  for (const [at, { end, answered }] of steps.entries()) {
    if (at < (from ?? 0) || at >= (to ?? 0)) continue;
    const key: EndKey = { domain, end, answered, sessionId, agentId, isOwn: at === steps.length - 1 };
    const ask = (asked: Map<string, Asked>, name: readonly unknown[]): void => {
      const known = asked.get(name.join(' ')) ?? { key, times: new Set() };
      asked.set(name.join(' '), { key, times: known.times.add(startedAtMs) });
    };
    if (at < openingsTo) ask(gathered.openings, [domain, end, key.isOwn, answered, sessionId, agentId]);
    // What is no opening is nobody else's, so it does not matter who asks.
    if (at >= openingsTo || !isWhole) ask(gathered.ends, [domain, end, key.isOwn]);
  }
}

/** Whose newest turn a beginning may stand behind: its own agent's, its parent agent's, and the session's own. */
function gatherAgents(
  { domain, agentId, parentAgentId, continues }: Fingerprint,
  sessionId: string,
  { agents, compacted }: Gathered,
): void {
  for (const agent of [agentId, parentAgentId, null]) {
    agents.set(`${domain} ${sessionId} ${agent}`, { domain, sessionId, agentId: agent });
  }
  if (continues) compacted.set(`${domain} ${sessionId} ${agentId}`, { domain, sessionId, agentId });
}

interface AskedSpan {
  readonly key: EndKey;
  readonly at: number;
  readonly after: number | null;
  readonly before: number | null;
}

function toSpans(asked: ReadonlyMap<string, Asked>): AskedSpan[] {
  return [...asked.values()].flatMap(({ key, times }) => {
    const sorted = [...times].toSorted((a, b) => a - b);
    return sorted.map((at, index) => ({
      key,
      at,
      after: sorted[index - 1] ?? null,
      before: sorted[index + 1] ?? null,
    }));
  });
}

function toSpanColumns(spans: readonly AskedSpan[]): Span {
  return [
    spans.map(({ at }) => new Date(at)),
    spans.map(({ after }) => toDate(after)),
    spans.map(({ before }) => toDate(before)),
  ];
}

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

function toAgentColumns(agents: ReadonlyMap<string, AgentKey>): KeyColumns['agents'] {
  const keys = [...agents.values()];
  return [keys.map(({ domain }) => domain), keys.map(({ sessionId }) => sessionId), keys.map(({ agentId }) => agentId)];
}

function toPairs(pairs: ReadonlyMap<string, readonly [string, string]>): Pairs {
  const all = [...pairs.values()];
  return [all.map(([domain]) => domain), all.map(([, value]) => value)];
}
