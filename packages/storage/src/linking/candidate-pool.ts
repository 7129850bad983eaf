import {
  type Candidate,
  type Chain,
  compareRequests,
  type Fingerprint,
  isBeginning,
  isNeighbour,
  type KnownBranch,
  type Linked,
  type LinkKeys,
} from '@nexus/core';

/**
 * Requests that decisions may depend on: stored ones, and those of the batch as they are linked. What a later one of its
 * kind stands for is forgotten, so that a decision costs the same however many end alike.
 */
export interface CandidatePool {
  /** Branches of conversations, as far as they were asked for. */
  readonly branches: Map<string, KnownBranch[]>;
  add(linked: Linked): void;
  /** Every candidate that says something about the place of `fingerprint`. */
  gather(fingerprint: Fingerprint, keys: LinkKeys): Candidate[];
  /** Where the chain of a request ends. */
  findEnd(requestId: string | null): string | null;
  /** Whether something goes on from the turn, and an attempt at it has no answer. */
  isOpenAndContinued(turnId: string | null): boolean;
  /** Links in a conversation that begin a branch. */
  beginningsOf(conversationId: string): readonly Linked[];
}

type Continuation = NonNullable<Candidate['continuedBy']>;

/** As many as a look-up gives of those that are found by prompt or summary. */
const ALIKE_MAX = 32;

/** Fills a pool with what a look-up found. */
export function createCandidatePool(loaded: readonly Candidate[]): CandidatePool {
  const pool = new ListedPool();
  for (const it of loaded.toSorted((a, b) => compareRequests(a.fingerprint, b.fingerprint))) pool.load(it);
  return pool;
}

class ListedPool implements CandidatePool {
  readonly branches = new Map<string, KnownBranch[]>();
  readonly #byId = new Map<string, Linked>();
  /** By what a request is found; in each list by what it stands for, the latest last. */
  readonly #lists = new Map<string, Map<string, Linked>>();
  /** By turn. */
  readonly #continued = new Map<string, Continuation>();
  readonly #open = new Set<string>();
  /** By conversation. */
  readonly #beginnings = new Map<string, Linked[]>();

  load({ continuedBy, ...linked }: Candidate): void {
    this.#index(linked);
    if (continuedBy !== null) this.#continued.set(toTurn(linked.link), continuedBy);
  }

  add(linked: Linked): void {
    this.#index(linked);
    const { fingerprint, link } = linked;
    if (link.branch !== null && beginsBranch(linked)) {
      this.branches.get(link.conversationId)?.push({ name: link.branch, launchOrder: link.launchOrder });
    }
    if (link.relation !== 'continues' || fingerprint.kind === 'compaction') return;
    const parent = this.#byId.get(link.parentRequestId ?? '')?.link;
    if (parent !== undefined && !this.#continued.has(toTurn(parent))) this.#continued.set(toTurn(parent), fingerprint);
  }

  gather(fingerprint: Fingerprint, keys: LinkKeys): Candidate[] {
    const found = new Map<string, Candidate>();
    const take = (linked: Linked | undefined): void => {
      if (linked === undefined || found.has(linked.link.requestId)) return;
      const { requestId, retryOf } = linked.link;
      found.set(requestId, { ...linked, continuedBy: this.#continued.get(toTurn(linked.link)) ?? null });
      // The first attempt at a turn tells how all of them stand.
      if (retryOf !== null) take(this.#byId.get(retryOf));
    };
    for (const list of this.#toLists(fingerprint, keys)) {
      for (const linked of this.#lists.get(list)?.values() ?? []) {
        if (isNeighbour(keys, linked)) take(linked);
      }
    }
    return [...found.values()];
  }

  findEnd(requestId: string | null): string | null {
    return this.#byId.get(requestId ?? '')?.fingerprint.chain?.end ?? null;
  }

  isOpenAndContinued(turnId: string | null): boolean {
    return turnId !== null && this.#continued.has(turnId) && this.#open.has(turnId);
  }

  beginningsOf(conversationId: string): readonly Linked[] {
    return this.#beginnings.get(conversationId) ?? [];
  }

  #index(linked: Linked): void {
    const { fingerprint, link } = linked;
    this.#byId.set(link.requestId, linked);
    if (fingerprint.chain !== null) this.#indexChain(linked, fingerprint.chain);
    if (fingerprint.sessionId !== null) this.#indexSession(linked, fingerprint.sessionId);
    if (link.branch === null || !beginsBranch(linked)) return;
    const beginnings = this.#beginnings.get(link.conversationId) ?? [];
    beginnings.push(linked);
    this.#beginnings.set(link.conversationId, beginnings);
  }

  #indexChain(linked: Linked, chain: Chain): void {
    const { fingerprint, link } = linked;
    const { domain, sessionId, agentId, answerEnd, promptHash } = fingerprint;
    const name = toStandIn(linked);
    const own = chain.isOpening
      ? `opening ${domain} ${chain.end} ${sessionId} ${agentId}`
      : `end ${domain} ${chain.end}`;
    this.#keep(own, name, linked);
    if (answerEnd !== null) this.#keep(`answer ${domain} ${answerEnd}`, name, linked);
    else if (chain.isOpening) this.#keep(`open ${domain} ${chain.end}`, name, linked);
    if (answerEnd === null && isTurn(fingerprint)) this.#open.add(toTurn(link));
    if (promptHash !== null && isBeginning(link)) this.#keepSome(`begins ${domain} ${promptHash}`, linked);
    for (const call of fingerprint.agentCalls) this.#keepSome(`calls ${domain} ${call.promptHash}`, linked);
    for (const probe of fingerprint.summariesWritten) this.#keepSome(`wrote ${domain} ${probe}`, linked);
    for (const probe of fingerprint.summariesRead) this.#keepSome(`read ${domain} ${probe}`, linked);
  }

  #indexSession(linked: Linked, sessionId: string): void {
    const { domain, agentId, kind } = linked.fingerprint;
    const session = `session ${domain} ${sessionId}`;
    const role = isTurn(linked.fingerprint) ? 'turn' : 'aside';
    if (!this.#lists.has(`${session} first`)) this.#keep(`${session} first`, 'first', linked);
    this.#keep(`${session} newest`, role, linked);
    if (role === 'turn') this.#keep(`${session} of ${agentId}`, kind, linked);
  }

  /** Whoever comes later stands later. */
  #keep(list: string, name: string, linked: Linked): Map<string, Linked> {
    const kept = this.#lists.get(list) ?? new Map<string, Linked>();
    kept.delete(name);
    this.#lists.set(list, kept.set(name, linked));
    return kept;
  }

  #keepSome(list: string, linked: Linked): void {
    const kept = this.#keep(list, linked.link.requestId, linked);
    const [oldest] = kept.keys();
    if (kept.size > ALIKE_MAX && oldest !== undefined) kept.delete(oldest);
  }

  #toLists(fingerprint: Fingerprint, keys: LinkKeys): string[] {
    const { domain, sessionId } = keys;
    const { agentId, parentAgentId, chain } = fingerprint;
    const session = `session ${domain} ${sessionId}`;
    const agents = [agentId, parentAgentId, null].map((agent) => `${session} of ${agent}`);
    const openings = chain === null ? [] : keys.ends.slice(0, countOpenings(chain));
    const calls = `calls ${domain} ${keys.promptHash}`;
    return [
      ...keys.ends.map((end) => `end ${domain} ${end}`),
      ...openings.map((end) => `opening ${domain} ${end} ${sessionId} ${agentId}`),
      ...openings.map((end) => `open ${domain} ${end}`),
      ...keys.answers.map((answer) => `answer ${domain} ${answer}`),
      ...(sessionId === null ? [] : [`${session} first`, `${session} newest`, ...agents]),
      ...(keys.promptHash !== null && this.#lists.has(calls) ? [calls, `begins ${domain} ${keys.promptHash}`] : []),
      ...keys.launchedPrompts.map((prompt) => `begins ${domain} ${prompt}`),
      ...keys.summariesRead.map((probe) => `wrote ${domain} ${probe}`),
      ...keys.summariesWritten.map((probe) => `read ${domain} ${probe}`),
    ];
  }
}

function toTurn({ retryOf, requestId }: Linked['link']): string {
  return retryOf ?? requestId;
}

/** Requests of one name say the same to whoever comes later, so the latest of them stands for all. */
function toStandIn({ fingerprint, link }: Linked): string {
  const { sessionId, agentId, kind, answerEnd } = fingerprint;
  if (!isTurn(fingerprint)) return `aside ${sessionId} ${agentId}`;
  // Of a caller without a name, nothing else is an attempt at the same turn once that was answered.
  const isLone = sessionId === null && agentId === null && link.retryOf === null && link.parentRequestId === null;
  const turn = isLone && answerEnd !== null ? '' : (link.retryOf ?? link.requestId);
  return [sessionId, agentId, kind, turn, answerEnd === null].join(' ');
}

/** How many of the first steps may be openings: those up to the first with an answer behind it. */
function countOpenings({ steps }: Chain): number {
  const answered = steps.findIndex((step) => step.answered !== null);
  return answered === -1 ? steps.length : answered + 1;
}

function isTurn({ kind, chain }: Fingerprint): boolean {
  return chain !== null && (kind === 'inference' || kind === 'compaction');
}

function beginsBranch({ link: { relation } }: Linked): boolean {
  return relation !== 'continues' && relation !== 'retries' && relation !== 'attached';
}
