import { toAffinity, toShare } from './affinity.ts';
import { toOpenMs, toPressure } from './is-open.ts';
import type { PoolMember, PoolStrategy } from './pool.ts';

/** What a request asks of a pool. */
export interface Asked {
  readonly model: string | null;
  /** `toSeed` of what requests of one conversation, or of one sub-agent, share. */
  readonly affinity: number;
  /** Id of the account that this conversation was moved to or is at; null where nobody remembers. */
  readonly stays: string | null;
  /** A number that counts up with every choice, for strategies that take turns. */
  readonly turn: number;
  /** Accounts that failed this very request. */
  readonly excluded: ReadonlySet<string>;
}

/** Why an account was chosen. */
export type ChoiceReason = 'only' | 'stays' | 'affinity' | 'turn' | 'least-in-flight' | 'priority' | 'quota';

export type AccountChoice<Member extends PoolMember = PoolMember> =
  | { readonly kind: 'chosen'; readonly member: Member; readonly because: ChoiceReason }
  /** Nobody may be asked now; `opensAtMs` is when the first of them may be. */
  | { readonly kind: 'resting'; readonly opensAtMs: number }
  /** Nobody comes back by itself: all are paused, switched off, or have failed this request for good. */
  | { readonly kind: 'unavailable' }
  /** No account of the pool may be asked for this model. */
  | { readonly kind: 'model-not-served' };

interface PoolOf<Member extends PoolMember> {
  readonly strategy: PoolStrategy;
  readonly members: readonly Member[];
}

/**
 * Chooses one of the pool for a request at `nowMs` (epoch milliseconds). A pool of one is never rested: what its upstream
 * says, the caller should hear from it. Costs at most two passes over the members, and allocates nothing but the answer.
 */
export function chooseAccount<Member extends PoolMember>(
  pool: PoolOf<Member>,
  asked: Asked,
  nowMs: number,
): AccountChoice<Member> {
  const [only] = pool.members;
  if (only !== undefined && pool.members.length === 1) return chooseOnly(only, asked);
  const { strategy } = pool;
  let best: Member | null = null;
  let bestScore = 0;
  let opensAtMs = Infinity;
  let served = false;
  for (const member of pool.members) {
    if (!mayServe(member, asked.model)) continue;
    served = true;
    const openMs = toOpenMs(member, asked.model);
    if (openMs > nowMs || asked.excluded.has(member.id)) {
      opensAtMs = Math.min(opensAtMs, openMs);
      continue;
    }
    if (member.id === asked.stays && mayStay(strategy, member, { model: asked.model, nowMs })) {
      return { kind: 'chosen', member, because: 'stays' };
    }
    if (best !== null && member.priority > best.priority) continue;
    const score = toScore(strategy, member, { asked, nowMs });
    if (best !== null && member.priority === best.priority && score <= bestScore) continue;
    best = member;
    bestScore = score;
  }
  if (best === null) return toNobody(served, opensAtMs, nowMs);
  const member = takesTurns(strategy) ? takeTurn(pool, asked, { nowMs, priority: best.priority }) : best;
  return { kind: 'chosen', member: member ?? best, because: REASONS[strategy] };
}

const REASONS: Readonly<Record<PoolStrategy, ChoiceReason>> = {
  sticky: 'affinity',
  'round-robin': 'turn',
  weighted: 'turn',
  'least-in-flight': 'least-in-flight',
  priority: 'priority',
  'quota-aware': 'quota',
};

function chooseOnly<Member extends PoolMember>(only: Member, asked: Asked): AccountChoice<Member> {
  const { kind } = only.state.health;
  if (!mayServe(only, asked.model)) return { kind: 'model-not-served' };
  const isOff = kind === 'paused' || kind === 'disabled' || only.upstream.state.health.kind === 'disabled';
  if (isOff || asked.excluded.has(only.id)) return { kind: 'unavailable' };
  return { kind: 'chosen', member: only, because: 'only' };
}

function toNobody(served: boolean, opensAtMs: number, nowMs: number): AccountChoice<never> {
  if (!served) return { kind: 'model-not-served' };
  return opensAtMs > nowMs && opensAtMs !== Infinity ? { kind: 'resting', opensAtMs } : { kind: 'unavailable' };
}

/** What has no model (a list of models, a file) is for every account. */
function mayServe({ models }: PoolMember, model: string | null): boolean {
  return models === null || model === null || models(model);
}

interface At {
  readonly model: string | null;
  readonly nowMs: number;
}

/** Its cache is warm there, so a conversation stays, unless its strategy says that something matters more. */
function mayStay(strategy: PoolStrategy, member: PoolMember, { model, nowMs }: At): boolean {
  if (strategy === 'sticky') return true;
  return strategy === 'quota-aware' && toPressure(member.state.windows, model, nowMs) < 1;
}

function toScore(
  strategy: PoolStrategy,
  member: PoolMember,
  { asked, nowMs }: { readonly asked: Asked; readonly nowMs: number },
): number {
  const { seed, weight } = member;
  switch (strategy) {
    case 'sticky':
    case 'priority':
      return toAffinity(asked.affinity, seed, weight);
    case 'quota-aware': {
      const left = 1 - toPressure(member.state.windows, asked.model, nowMs);
      // Shares in proportion to what is left; where nothing is left to anybody, the least overdrawn.
      return left > 0 ? toAffinity(asked.affinity, seed, weight * left) : left;
    }
    case 'least-in-flight':
      // Equals take turns, by something far smaller than one request more.
      return -(member.inFlight + 1) / weight + toShare(asked.turn, seed) / 1e6;
    case 'round-robin':
    case 'weighted':
      return 0;
    default:
      return strategy satisfies never;
  }
}

function takesTurns(strategy: PoolStrategy): boolean {
  return strategy === 'round-robin' || strategy === 'weighted';
}

/** Turns at this ratio spread as evenly as any can, whatever the weights (a golden-ratio sequence). */
const GOLDEN = 0.618_033_988_749_894_9;

/** Whose turn it is among those of one priority that are open. */
function takeTurn<Member extends PoolMember>(
  { strategy, members }: PoolOf<Member>,
  asked: Asked,
  { nowMs, priority }: { readonly nowMs: number; readonly priority: number },
): Member | null {
  const isThere = (member: Member): boolean =>
    member.priority === priority &&
    mayServe(member, asked.model) &&
    !asked.excluded.has(member.id) &&
    toOpenMs(member, asked.model) <= nowMs;
  const toWidth = (member: Member): number => (strategy === 'weighted' ? member.weight : 1);
  let width = 0;
  for (const member of members) if (isThere(member)) width += toWidth(member);
  let rest = strategy === 'weighted' ? ((asked.turn * GOLDEN) % 1) * width : asked.turn % width;
  for (const member of members) {
    if (!isThere(member)) continue;
    rest -= toWidth(member);
    if (rest < 0) return member;
  }
  return null;
}
