import type { LimitSummary, SUBJECT_KINDS } from '@nexus/contract';
import type { BudgetPeriod } from '@nexus/core';
import { countOf, formatCount } from './format-count.ts';
import { formatMoney } from './format-money.ts';

export type SubjectKind = (typeof SUBJECT_KINDS)[number];
export type LimitFigures = LimitSummary['limits'];

/** Whom a limit or a budget may be about. */
export const SUBJECT_KIND_WORDS: Record<SubjectKind, string> = {
  global: 'Everybody together',
  domain: 'A domain',
  project: 'A project, as keys say it',
  user: 'A user, as owner of keys',
  key: 'A key',
};

/** Whom a sentence is about: `for everybody together`, `for key laptop`, `for all keys of ada together`. */
export function toWhomWords(kind: SubjectKind, name: string): string {
  switch (kind) {
    case 'global':
      return 'for everybody together';
    case 'domain':
      return `for all callers of ${name} together`;
    case 'project':
      return `for all keys of project ${name} together`;
    case 'user':
      return `for all keys of ${name} together`;
    case 'key':
      return `for key ${name}`;
    default:
      return kind satisfies never;
  }
}

const NEXT: Record<BudgetPeriod, string> = {
  day: 'until midnight UTC',
  week: 'until Monday, midnight UTC',
  month: 'until the first of the month, midnight UTC',
};

/** What a budget will do. */
export function toBudgetSentence(nanoDollars: number, period: BudgetPeriod, whom: string): string {
  if (nanoDollars === 0) return `Nothing may be spent ${whom}: every call is refused.`;
  return (
    `At most ${formatMoney(nanoDollars)} a ${period} ${whom}. Once it is spent, calls are refused ${NEXT[period]}; ` +
    'it can be overspent by what one call costs at the most.'
  );
}

/** What limits will do. */
export function toLimitsSentence(limits: LimitFigures, whom: string): string {
  const { requestsPerMinute, inputTokensPerMinute, outputTokensPerMinute, concurrent } = limits;
  const aMinute = [
    requestsPerMinute === null ? [] : countOf(requestsPerMinute, 'request'),
    inputTokensPerMinute === null ? [] : `${formatCount(inputTokensPerMinute)} input tokens`,
    outputTokensPerMinute === null ? [] : `${formatCount(outputTokensPerMinute)} output tokens`,
  ].flat();
  const parts = [
    ...(aMinute.length === 0 ? [] : [`${toList(aMinute)} a minute`]),
    ...(concurrent === null ? [] : [`${countOf(concurrent, 'exchange')} at once`]),
  ];
  if (parts.length === 0) return `No limit ${whom}.`;
  return `At most ${toList(parts)}, ${whom}. What is more is refused with 429 and told when to try again.`;
}

function toList(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1) ?? ''}`;
}
