import type { UsageGroup, UsageMeasure, UsageRange, UsageSplit } from '../api/usage-filters.ts';
import { formatCountShort } from './format-count.ts';
import { formatMoney, formatMoneyTicks } from './format-money.ts';
import { KIND_WORDS, KINDS } from './kind-words.ts';
import { shortProject } from './short-project.ts';

/** Each span with the words for what came before it. */
export const USAGE_RANGE_WORDS: Record<UsageRange, { readonly label: string; readonly before: string }> = {
  '1h': { label: 'Last hour', before: 'against the hour before' },
  '24h': { label: 'Last 24 hours', before: 'against the 24 hours before' },
  '7d': { label: 'Last 7 days', before: 'against the week before' },
  '30d': { label: 'Last 30 days', before: 'against the 30 days before' },
  '90d': { label: 'Last 90 days', before: 'against the 90 days before' },
};

/** What usage is split by, with the words for what has none. */
export const USAGE_SPLIT_WORDS: Record<UsageSplit, { readonly label: string; readonly unknown: string }> = {
  model: { label: 'Model', unknown: 'no model' },
  kind: { label: 'Kind', unknown: 'no kind' },
  domain: { label: 'Domain', unknown: 'no domain' },
  accountId: { label: 'Account', unknown: 'the caller’s own' },
  keyId: { label: 'Key', unknown: 'no key of ours' },
  userId: { label: 'User', unknown: 'no user told' },
  projectId: { label: 'Project', unknown: 'no project told' },
};

interface MeasureWords {
  readonly label: string;
  readonly of: (sums: Pick<UsageGroup, 'costNano' | 'totalTokens' | 'requestCount'>) => number;
  readonly format: (value: number) => string;
  /** The marks of an axis, together. */
  readonly formatTicks: (values: readonly number[]) => readonly string[];
}

const toCountTicks = (values: readonly number[]): readonly string[] => values.map(formatCountShort);

/** What the height of a bar is, how it is taken from sums, and how it reads. */
export const USAGE_MEASURE_WORDS: Record<UsageMeasure, MeasureWords> = {
  cost: { label: 'Cost', of: (sums) => sums.costNano, format: formatMoney, formatTicks: formatMoneyTicks },
  tokens: { label: 'Tokens', of: (sums) => sums.totalTokens, format: formatCountShort, formatTicks: toCountTicks },
  requests: { label: 'Requests', of: (sums) => sums.requestCount, format: formatCountShort, formatTicks: toCountTicks },
};

/** Names of accounts and keys, which say more than their ids. */
export type Names = ReadonlyMap<string, string>;

/** A group of a split as people call it. */
export function toGroupWords(
  by: UsageSplit,
  { group, isRest }: Pick<UsageGroup, 'group' | 'isRest'>,
  names: Names,
): string {
  if (isRest || group === null) return 'all others';
  if (group === '') return USAGE_SPLIT_WORDS[by].unknown;
  if (by === 'projectId') return shortProject(group);
  const kind = by === 'kind' ? KINDS.find((name) => name === group) : undefined;
  return kind === undefined ? (names.get(group) ?? group) : KIND_WORDS[kind].label;
}

/** A change against what was before: `+12 %`, `−40 %`, `×3.4`; null where there was nothing before. */
export function formatChange(now: number, before: number): string | null {
  if (before <= 0) return null;
  const ratio = now / before;
  if (ratio >= 2) return `×${ratio >= 9.95 ? Math.round(ratio) : ratio.toFixed(1)}`;
  const percent = Math.round((ratio - 1) * 100);
  if (percent === 0) return '±0 %';
  return percent > 0 ? `+${percent} %` : `−${-percent} %`;
}
