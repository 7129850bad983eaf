import type { KeySummary, OperationOutput } from '@nexus/contract';
import { type BudgetPeriod, toBudgetSpan } from '@nexus/core';
import { queryOptions } from '@tanstack/react-query';
import type { SubjectKind } from '../words/rule-words.ts';
import { api } from './client.ts';
import type { KeyUsageReport } from './key-queries.ts';

const HOUR_MS = 3_600_000;
const STALE_MS = 15_000;
/** As many keys as a report tells apart. */
const KEYS_MAX = 50;

/** Whom a limit or a budget is about. */
export interface Subject {
  readonly kind: SubjectKind;
  readonly subject: string;
}

type Row = OperationOutput<'usage.report'>['rows'][number];

/** As much of a report as is read here. */
interface Report<Name extends keyof Row> {
  readonly rows: readonly Pick<Row, Name>[];
}
type PeakFigure = 'requestCount' | 'inputTokens' | 'cacheWrite5mTokens' | 'cacheWrite1hTokens' | 'outputTokens';

/** What was spent in the day, the week and the month of now, in nano-dollars. */
export type Spent = Readonly<Record<BudgetPeriod, number>>;

/** What all callers, or those of a domain, spent on each day that a week or month of now can hold. */
export function spentQuery({ kind, subject }: Subject) {
  return queryOptions({
    queryKey: ['usage', 'spent', kind, subject],
    queryFn: ({ signal }) => {
      const now = Date.now();
      const fromMs = Math.min(toBudgetSpan('month', now).startMs, toBudgetSpan('week', now).startMs);
      const from = new Date(fromMs).toISOString();
      return api.perform('usage.report', { from, tz: 'UTC', step: 'day', ...toDomain(kind, subject) }, { signal });
    },
    enabled: kind === 'global' || (kind === 'domain' && subject !== ''),
    staleTime: STALE_MS,
  });
}

/** The last hour minute by minute: by key where a limit is about keys, else all of it or that of a domain. */
export function minutesQuery({ kind, subject }: Subject) {
  const of = kind === 'domain' ? subject : '';
  const byKey = kind !== 'global' && kind !== 'domain';
  return queryOptions({
    queryKey: ['usage', 'minutes', byKey, of],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - HOUR_MS).toISOString();
      const split = byKey ? ({ by: 'keyId', groups: KEYS_MAX } as const) : toDomain(kind, subject);
      return api.perform('usage.report', { from, step: 'minute', ...split }, { signal });
    },
    staleTime: STALE_MS,
  });
}

function toDomain(kind: SubjectKind, subject: string): { readonly domain?: string } {
  return kind === 'domain' && subject !== '' ? { domain: subject } : {};
}

/** The keys that a limit of a subject is about. */
export function listSubjectKeys({ kind, subject }: Subject, keys: readonly KeySummary[]): readonly KeySummary[] {
  switch (kind) {
    case 'key':
      return keys.filter(({ keyId }) => keyId === subject);
    case 'user':
      return keys.filter(({ owner }) => owner === subject);
    case 'project':
      return keys.filter(({ project }) => project === subject);
    case 'global':
    case 'domain':
      return [];
    default:
      return kind satisfies never;
  }
}

/** What days of a report come to. */
export function toSpent({ rows }: Report<'at' | 'costNano'>, now: number): Spent {
  const since = (period: BudgetPeriod) => {
    const { startMs } = toBudgetSpan(period, now);
    return rows.reduce((sum, row) => sum + (Date.parse(row.at) >= startMs ? row.costNano : 0), 0);
  };
  return { day: since('day'), week: since('week'), month: since('month') };
}

/** What some keys spent together. */
export function toSpentOfKeys(ids: ReadonlySet<string>, { days, keys }: KeyUsageReport, now: number): Spent {
  const used = keys.filter(({ keyId }) => ids.has(keyId));
  const since = (period: BudgetPeriod) => {
    const { startMs } = toBudgetSpan(period, now);
    const isIn = days.map((at) => Date.parse(at) >= startMs);
    return used.reduce(
      (sum, { costNanoByDay }) => sum + costNanoByDay.reduce((all, nano, day) => all + (isIn[day] ? nano : 0), 0),
      0,
    );
  };
  return { day: since('day'), week: since('week'), month: used.reduce((sum, { costNano }) => sum + costNano, 0) };
}

/** The most that was used in one minute of the last hour. */
export interface Peaks {
  readonly requests: number;
  /** As limits count them: what was read from the cache is not in it. */
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The busiest minute of each figure; of some keys where `ids` are given. */
export function toPeaks({ rows }: Report<'at' | 'group' | PeakFigure>, ids: ReadonlySet<string> | null): Peaks {
  const counted = rows.filter(({ group }) => ids === null || (group !== null && ids.has(group)));
  const minutes = [...Map.groupBy(counted, ({ at }) => at).values()];
  const most = (of: (row: Pick<Row, PeakFigure>) => number) =>
    Math.max(0, ...minutes.map((minute) => minute.reduce((sum, row) => sum + of(row), 0)));
  return {
    requests: most((row) => row.requestCount),
    inputTokens: most((row) => row.inputTokens + row.cacheWrite5mTokens + row.cacheWrite1hTokens),
    outputTokens: most((row) => row.outputTokens),
  };
}
