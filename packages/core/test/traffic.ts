import type { Outcome } from '../src/index.ts';

/** A block as people think of it, before a client writes it down. */
export type Block = Readonly<Record<string, unknown>>;
export interface Said {
  readonly role: 'user' | 'assistant';
  readonly block: Block;
}

/** One time a turn was sent. */
export interface Attempt {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly outcome: Outcome;
  /** Blocks of the answer; null where none came whole. */
  readonly answer: readonly Block[] | null;
}

/** One turn of made-up traffic: the truth that linking must find again. */
export interface Turn {
  readonly domain: string;
  readonly sessionId: string;
  readonly agentId: string | null;
  readonly parentAgentId: string | null;
  readonly kind: 'inference' | 'compaction' | 'auxiliary';
  /** How it came after `parent`. */
  readonly via: 'prefix' | 'start' | 'launch' | 'summary' | 'none';
  readonly parent: Turn | null;
  /** Which call of the parent's answer launched it. */
  readonly callIndex: number;
  readonly said: readonly Said[];
  readonly attempts: readonly Attempt[];
  /** Summaries in its messages. */
  readonly summaries: readonly string[];
  /** False where nothing of it was recorded. */
  readonly isSeen: boolean;
}

/** What somebody does next; numbers pick among what there is. */
export type Step =
  | { readonly do: 'start'; readonly domain: number; readonly text: number; readonly how: TurnHow }
  | {
      readonly do: 'turn';
      readonly pick: number;
      readonly isAtTip: boolean;
      readonly isResumed: boolean;
      readonly how: TurnHow;
    }
  | { readonly do: 'agent'; readonly pick: number; readonly how: TurnHow }
  | { readonly do: 'compact'; readonly pick: number; readonly how: TurnHow }
  | { readonly do: 'go-on'; readonly pick: number; readonly how: TurnHow }
  | { readonly do: 'title'; readonly pick: number; readonly how: TurnHow };

/** How a turn goes. */
export interface TurnHow {
  readonly isLost: boolean;
  /** Attempts before the one that counts. */
  readonly retries: number;
  readonly isAborted: boolean;
  /** Agents that the answer launches. */
  readonly launches: number;
  readonly isAsynchronous: boolean;
  /** What Claude compacts by itself, and what the client then sends. */
  readonly compaction: 'none' | 'kept' | 'dropped';
}

interface World {
  readonly turns: Turn[];
  clockMs: number;
  count: number;
}

/** Openings that many share. */
const OPENINGS = ['Hello', 'Fix the failing test', 'Write a poem about the harbour'];
const CONTINUATION = 'This session is being continued from a previous conversation that ran out of context. ';

/** Everything that was sent, in order, lost records included. */
export function simulateTraffic(steps: readonly Step[]): readonly Turn[] {
  const world: World = { turns: [], clockMs: 1_800_000_000_000, count: 0 };
  for (const step of steps) act(world, step);
  return world.turns;
}

function act(world: World, step: Step): void {
  switch (step.do) {
    case 'start':
      return start(world, step);
    case 'turn':
      return takeTurn(world, step);
    case 'agent':
      return startAgent(world, step);
    case 'compact':
      return compact(world, step);
    case 'go-on':
      return goOn(world, step);
    case 'title':
      return askTitle(world, step);
    default:
      return step satisfies never;
  }
}

function start(world: World, { domain, text, how }: Extract<Step, { do: 'start' }>): void {
  const serial = (world.count += 1);
  // An aborted opening that others share cannot be told from its retry.
  const words = how.isAborted ? `Only once ${serial}` : (OPENINGS[text % OPENINGS.length] ?? '');
  // Session ids meet across domains on purpose.
  const sessionId = `session-${world.turns.filter((turn) => turn.via === 'start' && turn.domain === toDomain(domain)).length}`;
  addTurn(world, {
    domain: toDomain(domain),
    sessionId,
    agentId: null,
    parentAgentId: null,
    kind: 'inference',
    via: 'start',
    parent: null,
    callIndex: 0,
    summaries: [],
    said: [text_('user', words)],
    how,
  });
}

function takeTurn(world: World, { pick, isAtTip, isResumed, how }: Extract<Step, { do: 'turn' }>): void {
  const turns = world.turns.filter(({ kind }) => kind === 'inference');
  const tips = turns.filter((turn) => !world.turns.some(({ parent, via }) => parent === turn && via === 'prefix'));
  const parent = pickOf(isAtTip ? tips : turns, pick);
  if (parent === undefined) return;
  const serial = (world.count += 1);
  const answer = answerOf(parent);
  const compactions = answer.filter(({ type }) => type === 'compaction').map(({ content }) => String(content));
  const isDropped = compactions.length > 0 && how.compaction === 'dropped';
  addTurn(world, {
    ...parent,
    sessionId: isResumed && isResumable(parent) ? `resumed-${serial}` : parent.sessionId,
    via: isDropped ? 'summary' : 'prefix',
    parent,
    callIndex: 0,
    said: [
      ...(isDropped ? [] : parent.said),
      ...answer.map((block): Said => ({ role: 'assistant', block })),
      ...reply(answer, serial),
    ],
    summaries: isDropped ? compactions : [...parent.summaries, ...compactions],
    how,
  });
}

/** An opening that was left alone before its answer tells nothing once its session is another. */
function isResumable(turn: Turn): boolean {
  const isAborted = turn.parent === null && answerOf(turn).length === 0;
  return turn.agentId === null && !isAborted && (turn.parent === null || isResumable(turn.parent));
}

function startAgent(world: World, { pick, how }: Extract<Step, { do: 'agent' }>): void {
  const calls = world.turns.flatMap((owner) => callsOf(owner).map((call, callIndex) => ({ owner, call, callIndex })));
  const open = calls.filter(
    ({ owner, callIndex }) =>
      !world.turns.some((turn) => turn.via === 'launch' && turn.parent === owner && turn.callIndex === callIndex),
  );
  const launch = pickOf(open, pick);
  if (launch === undefined) return;
  const { owner, callIndex } = launch;
  addTurn(world, {
    domain: owner.domain,
    sessionId: owner.sessionId,
    parentAgentId: owner.agentId,
    agentId: `agent-${(world.count += 1)}`,
    kind: 'inference',
    via: 'launch',
    parent: owner,
    callIndex,
    summaries: [],
    said: [text_('user', promptOf(launch.call))],
    how,
  });
}

function compact(world: World, { pick, how }: Extract<Step, { do: 'compact' }>): void {
  const parent = pickOf(
    world.turns.filter(({ kind }) => kind === 'inference'),
    pick,
  );
  if (parent === undefined) return;
  const answer = answerOf(parent);
  // Two compactions of one turn with the same words would be one, tried again.
  const words = `CRITICAL: Respond with TEXT ONLY. Do NOT call any tools. ${(world.count += 1)}`;
  addTurn(world, {
    ...parent,
    kind: 'compaction',
    via: 'prefix',
    parent,
    callIndex: 0,
    said: [
      ...parent.said,
      ...answer.map((block): Said => ({ role: 'assistant', block })),
      ...resultsOf(answer, world.count),
      text_('user', words),
    ],
    summaries: [
      ...parent.summaries,
      ...answer.filter(({ type }) => type === 'compaction').map(({ content }) => String(content)),
    ],
    how: { ...how, isAborted: false, launches: 0, compaction: 'none' },
  });
}

function goOn(world: World, { pick, how }: Extract<Step, { do: 'go-on' }>): void {
  const parent = pickOf(
    world.turns.filter(({ kind }) => kind === 'compaction'),
    pick,
  );
  if (parent === undefined) return;
  const serial = (world.count += 1);
  const summary = String(answerOf(parent)[0]?.['text']);
  const inner = summary.slice(summary.indexOf('<summary>') + 9, summary.indexOf('</summary>')).trim();
  const isOld = serial % 2 === 0;
  const written = isOld
    ? `${CONTINUATION}The conversation is summarized below:\nAnalysis:\nWhat was done.\n\nSummary:\n${inner}.\nPlease continue the conversation from where we left it off.`
    : `${CONTINUATION}The summary below covers the earlier portion of the conversation.\n\nSummary:\n${inner}\n\nIf you need specific details from before compaction, read the full transcript at: /tmp/t`;
  addTurn(world, {
    ...parent,
    kind: 'inference',
    via: 'summary',
    parent,
    callIndex: 0,
    summaries: [summary],
    said: [text_('user', written), text_('user', `Go on ${serial}`)],
    how,
  });
}

function askTitle(world: World, { pick, how }: Extract<Step, { do: 'title' }>): void {
  const about = pickOf(
    world.turns.filter(({ via }) => via === 'start'),
    pick,
  );
  if (about === undefined) return;
  addTurn(world, {
    ...about,
    kind: 'auxiliary',
    via: 'none',
    parent: null,
    said: [text_('user', `Return a short title ${(world.count += 1)}`)],
    how: { ...how, retries: 0, launches: 0, compaction: 'none' },
  });
}

type NewTurn = Omit<Turn, 'attempts' | 'isSeen'> & { readonly how: TurnHow };

function addTurn(world: World, { how, ...turn }: NewTurn): void {
  const attempts: Attempt[] = [];
  for (let at = 0; at <= how.retries; at++) {
    const isLast = at === how.retries;
    const outcome: Outcome = isLast && !how.isAborted ? 'completed' : isLast ? 'aborted' : 'cut';
    const startedAtMs = (world.clockMs += 40);
    const answer = outcome === 'completed' ? answerOfHow(turn, { how, serial: (world.count += 1) }) : null;
    attempts.push({
      requestId: toRequestId(world.count, startedAtMs),
      startedAtMs,
      endedAtMs: startedAtMs + 25,
      outcome,
      answer,
    });
  }
  world.turns.push({ ...turn, attempts, isSeen: !how.isLost });
}

function answerOfHow(
  turn: Pick<Turn, 'kind'>,
  { how, serial }: { readonly how: TurnHow; readonly serial: number },
): Block[] {
  if (turn.kind === 'compaction') {
    const words = `Of number ${serial} we know: ${'the boats were counted and the tests were run. '.repeat(4)}`;
    return [{ type: 'text', text: `<analysis>\nWhat was done.\n</analysis>\n\n<summary>\n${words}\n</summary>` }];
  }
  const calls = Array.from({ length: how.launches }, (_, index) => ({
    type: 'tool_use',
    id: `toolu_${serial}_${index}`,
    name: how.isAsynchronous ? 'Agent' : 'Task',
    input: { description: 'Look', prompt: `Look after part ${serial}.${index}`, subagent_type: 'general' },
  }));
  const compactions =
    how.compaction === 'none' ? [] : [{ type: 'compaction', content: `All before ${serial} in short.` }];
  return [...compactions, { type: 'text', text: `Answer ${serial}` }, ...calls];
}

/** What the caller got of the attempt that counts. */
export function answerOf({ attempts }: Turn): readonly Block[] {
  return attempts.at(-1)?.answer ?? [];
}

function callsOf(turn: Turn): readonly Block[] {
  return answerOf(turn).filter(({ name }) => name === 'Task' || name === 'Agent');
}

function resultsOf(answer: readonly Block[], serial: number): Said[] {
  return answer
    .filter(({ type }) => type === 'tool_use')
    .map(({ id }) => ({
      role: 'user',
      block: { type: 'tool_result', tool_use_id: id, content: `Result ${serial} of ${String(id)}` },
    }));
}

function reply(answer: readonly Block[], serial: number): Said[] {
  const results = resultsOf(answer, serial);
  return results.length > 0 && serial % 2 === 0 ? results : [...results, text_('user', `Next ${serial}`)];
}

function text_(role: Said['role'], text: string): Said {
  return { role, block: { type: 'text', text } };
}

function promptOf({ input }: Block): string {
  return typeof input === 'object' && input !== null && 'prompt' in input ? String(input.prompt) : '';
}

function pickOf<Value>(values: readonly Value[], pick: number): Value | undefined {
  return values[pick % Math.max(1, values.length)];
}

function toDomain(domain: number): string {
  return domain === 0 ? 'red.example' : 'blue.example';
}

function toRequestId(count: number, startedAtMs: number): string {
  return `${String(startedAtMs)}-${String((count * 7919) % 1000).padStart(3, '0')}-${count}`;
}
