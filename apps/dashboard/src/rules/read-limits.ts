import { formatCount } from '../words/format-count.ts';
import { parseCount } from '../words/parse-amount.ts';
import type { LimitFigures } from '../words/rule-words.ts';

export const LIMIT_NAMES = [
  'requestsPerMinute',
  'inputTokensPerMinute',
  'outputTokensPerMinute',
  'concurrent',
] as const;
export type LimitName = (typeof LIMIT_NAMES)[number];

/** What stands in the fields of a limit. */
export type LimitTexts = Readonly<Record<LimitName, string>>;

export const NO_LIMITS: LimitFigures = {
  requestsPerMinute: null,
  inputTokensPerMinute: null,
  outputTokensPerMinute: null,
  concurrent: null,
};

/** Limits as fields show them. */
export function toLimitTexts(limits: LimitFigures): LimitTexts {
  return {
    requestsPerMinute: toText(limits.requestsPerMinute),
    inputTokensPerMinute: toText(limits.inputTokensPerMinute),
    outputTokensPerMinute: toText(limits.outputTokensPerMinute),
    concurrent: toText(limits.concurrent),
  };
}

/** The limits that fields say, or the names of those that say no number. An empty one is no limit. */
export function readLimits(
  texts: LimitTexts,
):
  | { readonly kind: 'limits'; readonly limits: LimitFigures }
  | { readonly kind: 'unread'; readonly names: LimitName[] } {
  const names = LIMIT_NAMES.filter((name) => texts[name].trim() !== '' && parseCount(texts[name]) === null);
  if (names.length > 0) return { kind: 'unread', names };
  const limits = {
    requestsPerMinute: parseCount(texts.requestsPerMinute),
    inputTokensPerMinute: parseCount(texts.inputTokensPerMinute),
    outputTokensPerMinute: parseCount(texts.outputTokensPerMinute),
    concurrent: parseCount(texts.concurrent),
  };
  return { kind: 'limits', limits };
}

export function areNone(limits: LimitFigures): boolean {
  return LIMIT_NAMES.every((name) => limits[name] === null);
}

function toText(value: number | null): string {
  return value === null ? '' : formatCount(value);
}
