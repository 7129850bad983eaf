import type { AccountChoice } from './choose-account.ts';
import type { PoolMember } from './pool.ts';

/** What one exchange may spend on finding an account that answers. */
export interface AttemptBounds {
  /** Attempts in all, the first among them. */
  readonly attemptsMax: number;
  /** From the first attempt on: beyond it no other is begun. */
  readonly totalMs: number;
}

/** What is to be done after an attempt failed. */
export type NextStep<Member extends PoolMember> =
  | {
      readonly kind: 'go';
      readonly choice: Extract<AccountChoice<Member>, { kind: 'chosen' }>;
      readonly waitMs: number;
    }
  /** Nobody is there yet; look again then. */
  | { readonly kind: 'wait'; readonly waitMs: number }
  | { readonly kind: 'give-up' };

export interface AttemptsSoFar {
  readonly count: number;
  /** Since the first attempt began. */
  readonly elapsedMs: number;
  /** Whether it was the upstream that failed and not one account: then another account at once is one more blow. */
  readonly upstreamFailed: boolean;
  readonly bounds: AttemptBounds;
  /** From 0 to 1: spreads the callers that failed together. */
  readonly chance: number;
}

const BACK_OFF_MS_FIRST = 200;
const BACK_OFF_MS_MAX = 2_000;

/** Whether, where and when to try again. `choice` is what the pool offers without those that failed. */
export function decideNextAttempt<Member extends PoolMember>(
  choice: AccountChoice<Member>,
  soFar: AttemptsSoFar,
  nowMs: number,
): NextStep<Member> {
  const { count, elapsedMs, upstreamFailed, bounds } = soFar;
  const leftMs = bounds.totalMs - elapsedMs;
  if (count >= bounds.attemptsMax) return { kind: 'give-up' };
  if (choice.kind === 'resting') {
    const waitMs = choice.opensAtMs - nowMs + toJitterMs(soFar);
    return waitMs < leftMs ? { kind: 'wait', waitMs } : { kind: 'give-up' };
  }
  if (choice.kind !== 'chosen') return { kind: 'give-up' };
  const waitMs = upstreamFailed ? toBackOffMs(soFar) : 0;
  return waitMs < leftMs ? { kind: 'go', choice, waitMs } : { kind: 'give-up' };
}

/** Doubles, and spreads over half of itself. */
function toBackOffMs({ count, chance }: AttemptsSoFar): number {
  const fullMs = Math.min(BACK_OFF_MS_FIRST * 2 ** (count - 1), BACK_OFF_MS_MAX);
  return fullMs * (0.5 + chance / 2);
}

function toJitterMs({ chance }: AttemptsSoFar): number {
  return chance * BACK_OFF_MS_FIRST;
}
