import { SHARE_HOLDERS, type ShareHolder } from './limit-queries.ts';
import { parseChoice } from './parse-choice.ts';

/** Days of history that one may look back. */
export const HISTORY_DAYS = ['1', '7', '30'] as const;
export type HistoryDays = (typeof HISTORY_DAYS)[number];

/** What can be set anew in the limits room. */
const SET_RULES = ['budget', 'limits'] as const;
export type SetRule = (typeof SET_RULES)[number];

/** Where in the limits room one is; all of it is in the address. */
export interface LimitsPlace {
  readonly account?: string | undefined;
  readonly window?: string | undefined;
  readonly days?: HistoryDays | undefined;
  readonly by?: ShareHolder | undefined;
  /** What is being set anew. */
  readonly set?: SetRule | undefined;
}

/**
 * The place that an address names.
 * @throws {InvalidFilter} naming what is wrong: it is said, never dropped in silence.
 */
export function parseLimitsPlace(search: Readonly<Record<string, unknown>>): LimitsPlace {
  const account = toText(search['account']);
  const window = toText(search['window']);
  const days = parseChoice('days', search, HISTORY_DAYS);
  const by = parseChoice('by', search, SHARE_HOLDERS);
  const set = parseChoice('set', search, SET_RULES);
  return { account, window, days, by, set };
}

function toText(said: unknown): string | undefined {
  return typeof said === 'string' && said !== '' ? said : undefined;
}
