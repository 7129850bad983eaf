import type { AgentCall, LinkHash } from '@nexus/anthropic';
import { type Fingerprint } from './fingerprint.ts';
import type { Placement } from './link.ts';

/** A request whose place is decided. */
export interface Placed {
  readonly fingerprint: Fingerprint;
  readonly placement: Placement;
}

/** A call that launches an agent, and the request whose answer made it. */
export interface LaunchingCall {
  readonly call: AgentCall;
  readonly owner: Fingerprint;
}

/**
 * The placed requests of one domain, by all that the next one may be found by. Every list is in the order in which its
 * entries were added.
 */
export interface LinkIndex {
  add(placed: Placed, options?: { readonly isContinued: boolean }): void;
  find(requestId: string): Placed | null;
  /** Turns whose whole conversation is `end`; they may be very many where it is an opening. */
  turnsEndingAt(end: LinkHash): readonly Placed[];
  /** Those of them that the same session and agent sent; of none, those of nobody known. */
  turnsOfCaller(end: LinkHash, caller: Pick<Fingerprint, 'sessionId' | 'agentId'>): readonly Placed[];
  /** Those of them whose answer cannot be compared. */
  turnsUnanswered(end: LinkHash): readonly Placed[];
  /** Turns whose conversation is `answerEnd` once their answer stands behind it. */
  turnsAnswered(answerEnd: LinkHash): readonly Placed[];
  /** Turns of a session and an agent in it (null is the session's own). */
  turnsOf(sessionId: string, agentId: string | null): readonly Placed[];
  /** Calls with this prompt that nobody claimed. */
  openCalls(promptHash: LinkHash): readonly LaunchingCall[];
  summariesWith(probe: LinkHash): readonly Placed[];
  /** The first attempt at the turn that `requestId` is one of. */
  turnOf(requestId: string): string;
  /** The turn whose place on its branch is taken by what goes on from `requestId`: compaction calls take none. */
  lineOf(requestId: string): string;
  /** Whether some turn already goes on from this one on its own branch. */
  isContinued(turnId: string): boolean;
}

/** Kinds that are turns of a conversation; all others only belong to one. */
export function isTurn({ kind, chain }: Fingerprint): boolean {
  return chain !== null && (kind === 'inference' || kind === 'compaction');
}

/** An empty index. It grows with what is added and lives as long as one decision or one graph. */
export function createLinkIndex(): LinkIndex {
  const placedById = new Map<string, Placed>();
  const byEnd = new Map<LinkHash, Placed[]>();
  const byCaller = new Map<string, Placed[]>();
  const byAnswer = new Map<LinkHash, Placed[]>();
  const unanswered = new Map<LinkHash, Placed[]>();
  const byAgent = new Map<string, Placed[]>();
  const byProbe = new Map<LinkHash, Placed[]>();
  const calls = new Map<LinkHash, LaunchingCall[]>();
  const continued = new Set<string>();
  const turnOf = (requestId: string): string => placedById.get(requestId)?.placement.retryOf ?? requestId;

  const lineOf = (requestId: string): string => {
    let turnId = turnOf(requestId);
    // Parents precede their children, so this ends.
    for (;;) {
      const turn = placedById.get(turnId);
      const isAside = turn?.fingerprint.kind === 'compaction' && turn.placement.relation === 'continues';
      if (!isAside || turn.placement.parentRequestId === null) return turnId;
      turnId = turnOf(turn.placement.parentRequestId);
    }
  };

  const claim = ({ requestId, toolUseId }: NonNullable<Placement['launchedBy']>): void => {
    const owner = placedById.get(requestId)?.fingerprint;
    const call = owner?.agentCalls.find((other) => other.toolUseId === toolUseId);
    const open = call === undefined ? undefined : calls.get(call.promptHash);
    const at = open?.findIndex((other) => other.owner === owner && other.call === call) ?? -1;
    if (at !== -1) open?.splice(at, 1);
  };

  return {
    add: (placed, options) => {
      const { fingerprint, placement } = placed;
      placedById.set(fingerprint.requestId, placed);
      if (options?.isContinued === true) continued.add(turnOf(fingerprint.requestId));
      const { launchedBy, parentRequestId } = placement;
      if (launchedBy !== null) claim(launchedBy);
      if (!isTurn(fingerprint) || fingerprint.chain === null) return;
      const { end } = fingerprint.chain;
      push(byEnd, end, placed);
      push(byCaller, toCallerKey(end, fingerprint), placed);
      if (fingerprint.answerEnd === null) push(unanswered, end, placed);
      else push(byAnswer, fingerprint.answerEnd, placed);
      if (fingerprint.sessionId !== null) push(byAgent, toAgentKey(fingerprint.sessionId, fingerprint.agentId), placed);
      for (const probe of fingerprint.summariesWritten) push(byProbe, probe, placed);
      for (const call of fingerprint.agentCalls) push(calls, call.promptHash, { call, owner: fingerprint });
      if (placement.relation === 'continues' && parentRequestId !== null && fingerprint.kind !== 'compaction') {
        continued.add(lineOf(parentRequestId));
      }
    },
    find: (requestId) => placedById.get(requestId) ?? null,
    turnsEndingAt: (end) => byEnd.get(end) ?? [],
    turnsOfCaller: (end, caller) => byCaller.get(toCallerKey(end, caller)) ?? [],
    turnsUnanswered: (end) => unanswered.get(end) ?? [],
    turnsAnswered: (answerEnd) => byAnswer.get(answerEnd) ?? [],
    turnsOf: (sessionId, agentId) => byAgent.get(toAgentKey(sessionId, agentId)) ?? [],
    openCalls: (promptHash) => calls.get(promptHash) ?? [],
    summariesWith: (probe) => byProbe.get(probe) ?? [],
    turnOf,
    lineOf,
    isContinued: (turnId) => continued.has(turnId),
  };
}

function push<Value>(lists: Map<string, Value[]>, key: string, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function toCallerKey(end: LinkHash, { sessionId, agentId }: Pick<Fingerprint, 'sessionId' | 'agentId'>): string {
  return `${end} ${sessionId ?? ''} ${agentId ?? ''}`;
}

function toAgentKey(sessionId: string, agentId: string | null): string {
  return `${sessionId} ${agentId ?? ''}`;
}
