import type { Taken } from '@nexus/core';
import type { Counted, PlannedRate } from './plan-limits.ts';

/** A rate, and what is left of it. */
export interface RateState {
  readonly planned: PlannedRate;
  readonly taken: Taken;
}

/**
 * What callers are told of their limits: Anthropic's names, OpenAI's, the older `x-ratelimit-*`, and those of
 * draft-ietf-httpapi-ratelimit-headers-11. Of several rates that count the same, the one with the least left is told.
 */
export function listLimitHeaders(states: readonly RateState[], nowMs: number): [string, string][] {
  const tight = COUNTED.flatMap((counted) => findTightest(states, counted) ?? []);
  if (tight.length === 0) return [];
  return [
    ...tight.flatMap((state) => listNamed(state, nowMs)),
    ['ratelimit-policy', tight.map(toPolicy).join(', ')],
    ['ratelimit', tight.map(toDraft).join(', ')],
  ];
}

const COUNTED: readonly Counted[] = ['requests', 'input-tokens', 'output-tokens'];

function findTightest(states: readonly RateState[], counted: Counted): RateState | undefined {
  const share = ({ planned, taken }: RateState): number => taken.remaining / planned.rate.max;
  let tightest: RateState | undefined;
  for (const state of states) {
    if (state.planned.counted !== counted) continue;
    if (tightest === undefined || share(state) < share(tightest)) tightest = state;
  }
  return tightest;
}

function listNamed({ planned, taken }: RateState, nowMs: number): [string, string][] {
  const { counted, rate } = planned;
  const seconds = Math.ceil(taken.resetMs / 1_000);
  const resetAt = new Date(nowMs + taken.resetMs);
  const named: [string, string][] = [
    [`anthropic-ratelimit-${counted}-limit`, `${rate.max}`],
    [`anthropic-ratelimit-${counted}-remaining`, `${taken.remaining}`],
    [`anthropic-ratelimit-${counted}-reset`, resetAt.toISOString().replace(/\.\d{3}Z$/, 'Z')],
  ];
  if (counted === 'output-tokens') return named;
  const open = counted === 'requests' ? 'requests' : 'tokens';
  named.push(
    [`x-ratelimit-limit-${open}`, `${rate.max}`],
    [`x-ratelimit-remaining-${open}`, `${taken.remaining}`],
    [`x-ratelimit-reset-${open}`, `${seconds}s`],
  );
  if (counted !== 'requests') return named;
  named.push(
    ['x-ratelimit-limit', `${rate.max}`],
    ['x-ratelimit-remaining', `${taken.remaining}`],
    ['x-ratelimit-reset', `${Math.ceil(resetAt.getTime() / 1_000)}`],
  );
  return named;
}

/** `"requests";q=100;w=60`: the quota, and its window in seconds (draft 11, section 3). */
function toPolicy({ planned: { counted, rate } }: RateState): string {
  return `"${counted}";q=${rate.max};w=${Math.ceil(rate.periodMs / 1_000)}`;
}

/** `"requests";r=42;t=17`: what is left, and the seconds until all of it is there again (draft 11, section 4). */
function toDraft({ planned, taken }: RateState): string {
  return `"${planned.counted}";r=${taken.remaining};t=${Math.ceil(taken.resetMs / 1_000)}`;
}
