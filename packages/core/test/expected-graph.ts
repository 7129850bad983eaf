import type { Relation } from '../src/index.ts';
import { answerOf, type Attempt, type Block, type Turn } from './traffic.ts';
import type { Signals } from './write-down.ts';

/** What must be found of one request. Branches and conversations go by any name: only who shares them counts. */
export interface Expected {
  readonly requestId: string;
  readonly relation: Relation;
  readonly parentRequestId: string | null;
  readonly retryOf: string | null;
  readonly conversation: string;
  readonly branch: string | null;
  readonly depth: number;
}

interface Stood {
  readonly turn: Turn;
  readonly relation: Relation;
  readonly parent: Turn | null;
  /** Where its launching call stands among all calls; null where it was not seen. */
  readonly launch: Turn | null;
}

/**
 * The graph that the recorded part of `turns` must give, told from what really happened: every turn stands behind its
 * nearest recorded ancestor; what has none, behind whoever the signals that were left point to.
 */
export function toExpectedGraph(turns: readonly Turn[], signals: Signals): ReadonlyMap<string, Expected> {
  const seen = turns.filter(({ isSeen }) => isSeen);
  const stood: Stood[] = [];
  for (const turn of seen) stood.push(stand(turn, { stood, signals }));
  const conversations = groupByLinks(stood, signals);
  const subtasks = numberAgents(stood, conversations);
  const branches = new Map<Turn, { branch: string; depth: number }>();
  const expected = new Map<string, Expected>();
  const mains = new Set<string>();
  for (const { turn, relation, parent } of stood) {
    const conversation = conversations.get(turn) ?? '';
    const above = parent === null ? undefined : branches.get(parent);
    const isMain = relation === 'root' && !mains.has(conversation);
    if (isMain) mains.add(conversation);
    const own = isMain ? 'main' : (subtasks.get(turn) ?? `own ${idOf(turn)}`);
    const branch = relation === 'continues' ? (above?.branch ?? '') : own;
    const depth = (above?.depth ?? 0) + 1;
    if (relation !== 'attached') branches.set(turn, { branch, depth });
    for (const [at, { requestId }] of turn.attempts.entries()) {
      expected.set(requestId, {
        requestId,
        relation: at === 0 ? relation : 'retries',
        parentRequestId: parent === null ? null : idOf(parent),
        retryOf: at === 0 ? null : (turn.attempts[0]?.requestId ?? null),
        conversation,
        branch: relation === 'attached' ? null : branch,
        depth: relation === 'attached' ? 0 : depth,
      });
    }
  }
  return expected;
}

interface SoFar {
  readonly stood: readonly Stood[];
  readonly signals: Signals;
}

function stand(turn: Turn, { stood, signals }: SoFar): Stood {
  if (turn.kind === 'auxiliary') return { turn, relation: 'attached', parent: null, launch: null };
  let at = turn;
  while (at.via === 'prefix' && at.parent !== null) {
    at = at.parent;
    if (at.isSeen) return standBehind(turn, { parent: at, stood });
  }
  return standAlone(turn, { first: at, stood, signals });
}

function standBehind(turn: Turn, { parent, stood }: { parent: Turn; stood: readonly Stood[] }): Stood {
  const base = { turn, parent, launch: null };
  if (turn.summaries.some((summary) => !parent.summaries.includes(summary))) return { ...base, relation: 'compacts' };
  const isTaken = stood.some(
    (other) => other.parent === parent && other.relation === 'continues' && other.turn.kind !== 'compaction',
  );
  return { ...base, relation: isTaken && turn.kind !== 'compaction' ? 'forks' : 'continues' };
}

function standAlone(turn: Turn, { first, stood, signals }: SoFar & { first: Turn }): Stood {
  const base = { turn, parent: null, launch: null };
  const earlier = stood
    .map((other) => other.turn)
    .filter((other) => other.kind !== 'auxiliary' && isSameDomain(other, turn));
  const mates = earlier.filter((other) => signals !== 'none' && other.sessionId === turn.sessionId);
  const own = mates.filter((other) => signals === 'metadata' || other.agentId === turn.agentId);
  if (first.via === 'summary' && first.parent !== null) {
    const writer = turn.summaries.map((summary) =>
      earlier.findLast((other) => answerOf(other).some((block) => holds(block, summary))),
    );
    const told = writer.find((other) => other !== undefined);
    if (told !== undefined) return { ...base, relation: 'compacts', parent: told };
    const latest = own.findLast(({ kind }) => kind === 'compaction') ?? own.at(-1);
    if (first.parent.kind === 'compaction' && latest !== undefined)
      return { ...base, relation: 'compacts', parent: latest };
  }
  const isLabelled = signals === 'headers' && turn.agentId !== null;
  const isCut = turn.kind === 'compaction' && own.length > 0;
  if (isLabelled && own.length > 0) {
    return { ...base, relation: isCut ? 'continues' : 'forks', parent: own.at(-1) ?? null };
  }
  const launcher = first.via === 'launch' ? first.parent : null;
  const isClaimed = stood.some(
    (other) => other.launch === launcher && beginningOf(other.turn) === first && other.relation === 'sub-agent',
  );
  if (launcher?.isSeen === true && !isClaimed)
    return { ...base, relation: 'sub-agent', parent: launcher, launch: launcher };
  if (isCut) return { ...base, relation: 'continues', parent: own.at(-1) ?? null };
  if (!isLabelled) return { ...base, relation: 'root' };
  const parent = mates.findLast((other) => other.agentId === turn.parentAgentId) ?? null;
  return { ...base, relation: 'sub-agent', parent };
}

function holds(block: Block, summary: string): boolean {
  return block['text'] === summary || block['content'] === summary;
}

function isSameDomain(a: Turn, b: Turn): boolean {
  return a.domain === b.domain;
}

function beginningOf(turn: Turn): Turn {
  let at = turn;
  while (at.via === 'prefix' && at.parent !== null) at = at.parent;
  return at;
}

/** Who goes on from a turn got the answer of its last attempt. */
function idOf({ attempts }: Turn): string {
  return lastOf(attempts)?.requestId ?? '';
}

function lastOf(attempts: readonly Attempt[]): Attempt | undefined {
  return attempts.at(-1);
}

function groupByLinks(stood: readonly Stood[], signals: Signals): ReadonlyMap<Turn, string> {
  const names = new Map<Turn, string>(stood.map(({ turn }) => [turn, idOf(turn)]));
  const join = (a: Turn, b: Turn): void => {
    const from = names.get(a);
    const to = names.get(b) ?? '';
    for (const [turn, name] of names) if (name === from) names.set(turn, to);
  };
  for (const { turn, parent } of stood) {
    if (parent !== null) join(turn, parent);
    if (signals === 'none') continue;
    const mate = stood.find((other) => isSameDomain(other.turn, turn) && other.turn.sessionId === turn.sessionId);
    if (mate !== undefined) join(turn, mate.turn);
  }
  return names;
}

/** Numbers without gaps in each conversation, in the order of the launching calls. */
function numberAgents(stood: readonly Stood[], conversations: ReadonlyMap<Turn, string>): ReadonlyMap<Turn, string> {
  const agents = stood
    .filter(({ relation }) => relation === 'sub-agent')
    .map(({ turn, launch }) => ({
      turn,
      atMs: (launch === null ? turn.attempts[0] : lastOf(launch.attempts))?.startedAtMs ?? 0,
      index: launch === null ? -1 : beginningOf(turn).callIndex,
    }))
    .sort((a, b) => a.atMs - b.atMs || a.index - b.index);
  const counts = new Map<string, number>();
  return new Map(
    agents.map(({ turn }) => {
      const conversation = conversations.get(turn) ?? '';
      const count = (counts.get(conversation) ?? 0) + 1;
      counts.set(conversation, count);
      return [turn, `subtask_${count}`];
    }),
  );
}
