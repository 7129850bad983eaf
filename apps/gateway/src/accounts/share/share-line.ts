import type { SharedState } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import type { AccountPool } from '../account-book.ts';
import type { ShareStore } from './share-store.ts';
import type { SharedThings } from './shared-things.ts';

/** Everything that is told and learnt through one store. */
export interface ShareLine {
  /** Learns and tells once more. */
  look(): Promise<void>;
  /** Tells of these as soon as the store is there. */
  add(things: SharedThings, id: string): void;
}

export interface ShareLineOptions {
  readonly things: readonly SharedThings[];
  /** Null while it is away. */
  readonly store: () => ShareStore | null;
  /** Another number once the store may have forgotten everything. */
  readonly generation: () => number;
  /** Whether others are listened to all the time, or what stands there at the start is read and no more. */
  readonly learns: 'always' | 'once';
  /** Pools that take turns in blocks from here; none for a line that only keeps. */
  readonly pools: () => readonly AccountPool[];
  readonly log: Logger;
}

/** States that are told in one look; what is more waits for the next. */
const TOLD_MAX = 500;
/** Things that wait to be told; what is more is told when it changes once more. */
const UNTOLD_MAX = 10_000;
/** What is offered again and again, since no file here holds it yet. */
const UNMET_MAX = 10_000;
/** Turns that a process takes at a time; it takes more where it used them up before it could ask again. */
const TURNS = 64;

interface Heard {
  readonly state: unknown;
  /** Stood there when this process began to listen. */
  readonly isOld: boolean;
}

interface LineOf {
  readonly things: SharedThings;
  /** Found out here since the store was last told. */
  readonly untold: Set<string>;
  /** Known here, and lost by the store. */
  readonly lost: Set<string>;
  /** Of things that no file here holds yet, and of all until they are offered for the first time. */
  readonly unmet: Map<string, Heard>;
  /** The store was read before, so what is new in it was written since. */
  hasBegun: boolean;
  since: number | null;
}

export function createShareLine(options: ShareLineOptions): ShareLine {
  const { store, generation, learns, pools, log } = options;
  const lines = options.things.map((things): LineOf => ({
    things,
    untold: new Set(),
    lost: new Set(),
    unmet: new Map(),
    hasBegun: false,
    since: null,
  }));
  let seenGeneration = generation();
  let failing = false;

  return {
    async look() {
      const open = store();
      if (open === null) return;
      try {
        // It may be another one by now: all that stands there is read.
        if (generation() !== seenGeneration) for (const line of lines) line.since = null;
        seenGeneration = generation();
        // Reading first: a pause from before a restart must not be overwritten by an account that has just begun well.
        for (const line of lines) if (learns === 'always' || line.since === null) await learn(line, open);
        for (const line of lines) await tell(line, open);
        for (const pool of pools()) await takeTurns(pool, open);
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ error }, 'how accounts are cannot be shared; each process goes by what it finds out');
        failing = true;
      }
    },
    add(things, id) {
      const line = lines.find((each) => each.things === things);
      if (line !== undefined && line.untold.size < UNTOLD_MAX) line.untold.add(id);
    },
  };
}

async function learn(line: LineOf, store: ShareStore): Promise<void> {
  const { things, unmet, untold, lost } = line;
  const left = await store.load(things.kind, line.since);
  const isOld = !line.hasBegun;
  line.hasBegun = true;
  line.since = left.since;
  for (const { id, state } of left.states) if (unmet.size < UNMET_MAX || unmet.has(id)) unmet.set(id, { state, isOld });
  for (const [id, heard] of unmet) {
    if (things.adopt(id, heard.state, { isFirst: heard.isOld, isOwnNewer: untold.has(id) })) unmet.delete(id);
  }
  if (left.hasForgotten) for (const id of things.list()) lost.add(id);
}

/** What was lost goes first: what somebody found out since stands above it. */
async function tell({ things, lost, untold }: LineOf, store: ShareStore): Promise<void> {
  await hand(lost, things, (states) => store.restore(things.kind, states));
  await hand(untold, things, (states) => store.save(things.kind, states));
}

async function hand(
  waiting: Set<string>,
  things: SharedThings,
  give: (states: readonly SharedState[]) => Promise<void>,
): Promise<void> {
  const ids = [...waiting].slice(0, TOLD_MAX);
  if (ids.length === 0) return;
  for (const id of ids) waiting.delete(id);
  const states = ids.flatMap((id) => {
    const state = things.read(id);
    return state === null ? [] : [{ id, state }];
  });
  try {
    if (states.length > 0) await give(states);
  } catch (error) {
    for (const id of ids) waiting.add(id);
    throw error;
  }
}

/** Processes that share a pool take turns from it in blocks, so that round robin stays even over all of them. */
async function takeTurns(pool: AccountPool, store: ShareStore): Promise<void> {
  const takes = pool.strategy === 'round-robin' || pool.strategy === 'weighted';
  if (!takes || pool.members.length < 2 || pool.turnsLeft > TURNS / 2) return;
  const count = TURNS + 2 * Math.max(0, -pool.turnsLeft);
  pool.turn = await store.claimTurns(pool.members.map(({ id }) => id).join('\n'), count);
  pool.turnsLeft = count;
}
