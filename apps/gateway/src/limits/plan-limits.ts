import type { Rate } from '@nexus/core';
import type { SubjectKind, TrafficLimits } from '@nexus/storage';
import type { RateAsk } from './rate-meter.ts';
import type { SlotAsk } from './slot-meter.ts';
import { type Subject, toSubjectText } from './subjects.ts';

/** What a rate counts. */
export type Counted = 'requests' | 'input-tokens' | 'output-tokens';

/** One rate that an exchange has to be admitted by. */
export interface PlannedRate extends RateAsk {
  readonly counted: Counted;
  readonly of: SubjectKind;
}

export interface PlannedSlot extends SlotAsk {
  readonly of: SubjectKind;
}

/** All that an exchange takes before it goes on. */
export interface LimitPlan {
  readonly rates: readonly PlannedRate[];
  readonly slots: readonly PlannedSlot[];
}

export interface LimitedSubject extends Subject {
  readonly limits: TrafficLimits;
}

const MINUTE_MS = 60_000;

/**
 * What the limits of these subjects ask of a request of `inputTokens`, which is an estimate. A request that is larger than
 * all of a rate takes all of it: it waits until nobody used any, and owes the rest once it is known.
 */
export function planLimits(subjects: readonly LimitedSubject[], inputTokens: number): LimitPlan {
  const rates: PlannedRate[] = [];
  const slots: PlannedSlot[] = [];
  for (const subject of subjects) {
    const { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute, concurrent } = subject.limits;
    const add = (counted: Counted, max: number | null, units: number): void => {
      if (max !== null) rates.push(toPlanned(subject, counted, { rate: { max, periodMs: MINUTE_MS }, units }));
    };
    add('requests', requestsPerMinute, 1);
    add('input-tokens', inputTokensPerMinute, inputTokens);
    // How long an answer will be nobody knows: it may begin where one token is left, and owes the rest.
    add('output-tokens', outputTokensPerMinute, 1);
    if (concurrent !== null) slots.push({ bucket: toSubjectText(subject), max: concurrent, of: subject.kind });
  }
  return { rates, slots };
}

/** The rate that every caller has where none is set for it. */
export function planDefault(caller: string, rate: Rate): PlannedRate {
  return { counted: 'requests', of: 'key', bucket: `requests default ${caller}`, rate, units: 1 };
}

function toPlanned(subject: Subject, counted: Counted, { rate, units }: { rate: Rate; units: number }): PlannedRate {
  const bucket = `${counted} ${toSubjectText(subject)}`;
  return { counted, of: subject.kind, bucket, rate, units: Math.min(units, rate.max) };
}

/** What an exchange used in the end. */
export interface LimitUse {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What the rates of a plan were wrong by. */
export function toCorrections(rates: readonly PlannedRate[], use: LimitUse): RateAsk[] {
  const used = { 'input-tokens': use.inputTokens, 'output-tokens': use.outputTokens };
  return rates.flatMap(({ counted, bucket, rate, units }) => {
    const wrong = counted === 'requests' ? 0 : used[counted] - units;
    return wrong === 0 ? [] : [{ bucket, rate, units: wrong }];
  });
}
