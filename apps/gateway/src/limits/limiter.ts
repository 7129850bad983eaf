import { GatewayError } from '@nexus/contract';
import { type Rate, type Taken, takeFromRate } from '@nexus/core';
import { type RateState, listLimitHeaders } from './limit-headers.ts';
import type { LimitMeter, MeterTaken } from './limit-meter.ts';
import type { LimitRules } from './limit-rules.ts';
import { toReturned } from './rate-meter.ts';
import {
  type Counted,
  type LimitPlan,
  type LimitUse,
  type PlannedRate,
  planDefault,
  planLimits,
  toCorrections,
} from './plan-limits.ts';
import { type LimitedCaller, listSubjects, toSubjectText, toSubjectWords } from './subjects.ts';

/** What an exchange asks for, as far as it is known before it is sent. */
export interface LimitAsk {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly caller: LimitedCaller;
  readonly requestBytes: number;
  /** The caller's address, for callers without a key; read only where it is needed. */
  readonly readAddress: () => string;
  /** The most that it can cost, in nano-dollars; null where it has no bound. Read only where a budget is set. */
  readonly readWorstCase: () => number | null;
}

/** What an exchange was given, or was refused by. */
export interface LimitGrant {
  /** What the caller is told of its limits, names and values: where it was `sent`, what is left beside it, else what is there. */
  readonly listHeaders: (sent: boolean) => readonly (readonly [string, string])[];
  /** Null where it was admitted. */
  readonly refusal: GatewayError | null;
  /**
   * The exchange was sent and is over: `use` is null where it used nothing, and absent where nobody knows. Once one of this and
   * `giveBack` is called.
   */
  end(use?: LimitUse | null): void;
  /** The exchange is over and was never sent: everything is given back, also the request. */
  giveBack(): void;
}

/** Limits of requests, tokens and concurrency. */
export interface Limiter {
  /** Null where nothing limits this caller; a promise only where limits are kept outside of this process. */
  admit(ask: LimitAsk): LimitGrant | null | Promise<LimitGrant>;
}

export interface LimiterOptions {
  readonly rules: LimitRules;
  readonly meter: LimitMeter;
  /** What a key, or an address without a key, may do where nothing was set for the key; null for no bound. */
  readonly preset: Rate | null;
  /** Epoch milliseconds. */
  readonly clock: () => number;
}

/** An input token is four bytes of JSON and more; what it was in truth is settled by the answer. */
const BYTES_PER_TOKEN = 4;

export function createLimiter({ rules, meter, preset, clock }: LimiterOptions): Limiter {
  function admitPlan(id: string, plan: LimitPlan): LimitGrant | Promise<LimitGrant> {
    const taken = meter.take({ id, ...plan });
    return taken instanceof Promise ? taken.then((later) => decide(id, plan, later)) : decide(id, plan, taken);
  }

  function decide(id: string, plan: LimitPlan, { full, taken, meter: counted }: MeterTaken): LimitGrant {
    if (full !== null) return toRefused(toSlotError(plan, full.bucket), []);
    const states = plan.rates.flatMap((planned, index) => toState(planned, taken[index]));
    const refusing = states.filter((state) => !state.taken.admitted);
    const longest = refusing.toSorted((one, other) => other.taken.retryAfterMs - one.taken.retryAfterMs)[0];
    if (longest !== undefined) return toRefused(toRateError(longest), states);
    return {
      listHeaders: (sent) => listLimitHeaders(sent ? states : states.map(toUntaken), clock()),
      refusal: null,
      end: (use) => {
        const wrong = use === undefined ? [] : toCorrections(plan.rates, use ?? { inputTokens: 0, outputTokens: 0 });
        counted.give({ id, ...plan }, wrong);
      },
      giveBack: () => counted.give({ id, ...plan }, plan.rates.map(toReturned)),
    };
  }

  function toRefused(refusal: GatewayError, states: readonly RateState[]): LimitGrant {
    const listHeaders = (): [string, string][] => listLimitHeaders(states.map(toUntaken), clock());
    return { listHeaders, refusal, end: () => {}, giveBack: () => {} };
  }

  return {
    admit: (ask) => {
      if (preset === null && rules.areNone()) return null;
      const limited = rules.listLimited(listSubjects(ask.caller));
      const plan = planLimits(limited, Math.ceil(ask.requestBytes / BYTES_PER_TOKEN));
      const isSet = limited.some(({ kind, limits }) => kind === 'key' && limits.requestsPerMinute !== null);
      const rates = preset === null || isSet ? plan.rates : [planDefault(toCaller(ask), preset), ...plan.rates];
      return rates.length + plan.slots.length === 0 ? null : admitPlan(ask.requestId, { rates, slots: plan.slots });
    },
  };
}

function toCaller({ caller: { keyId }, readAddress }: LimitAsk): string {
  return keyId === null ? `address ${readAddress()}` : toSubjectText({ kind: 'key', subject: keyId });
}

function toState(planned: PlannedRate, taken: Taken | undefined): RateState[] {
  return taken === undefined ? [] : [{ planned, taken }];
}

/** What there is where the call takes nothing after all. */
function toUntaken({ planned, taken }: RateState): RateState {
  if (!taken.admitted) return { planned, taken };
  return { planned, taken: takeFromRate(planned.rate, taken.resetMs, { units: -planned.units, nowMs: 0 }) };
}

/** A slot is free again when some exchange ends, which nobody can tell; a client asks again soon. */
const SLOT_RETRY_SECONDS = 1;

function toSlotError(plan: LimitPlan, bucket: string): GatewayError {
  const slot = plan.slots.find((planned) => planned.bucket === bucket);
  const whose = slot === undefined ? 'this caller' : toSubjectWords(slot.of);
  const max = slot?.max ?? 0;
  return new GatewayError('rate-limited', {
    publicMessage: `The limit of ${toCountWords(max, 'requests')} at once for ${whose} is reached. Try again in a moment.`,
    detail: { limit: 'concurrent', bucket, max, retryAfterS: SLOT_RETRY_SECONDS },
  });
}

function toRateError({ planned, taken }: RateState): GatewayError {
  const { counted, rate, of, bucket } = planned;
  const seconds = Math.max(1, Math.ceil(taken.retryAfterMs / 1_000));
  const span = rate.periodMs === 60_000 ? 'a minute' : `in ${Math.round(rate.periodMs / 1_000)} s`;
  return new GatewayError('rate-limited', {
    publicMessage: `The limit of ${toCountWords(rate.max, counted)} ${span} for ${toSubjectWords(of)} is reached. Try again in ${seconds} s.`,
    detail: { limit: counted, bucket, max: rate.max, retryAfterS: seconds },
  });
}

function toCountWords(count: number, counted: Counted): string {
  const words = counted.replace('-', ' ');
  return `${count} ${count === 1 ? words.slice(0, -1) : words}`;
}
