import { OPERATIONS, type OperationArguments } from '@nexus/contract';
import { parseFilters, parseRange, type Range, toFrom } from './list-filters.ts';
import { withoutGaps } from './without-gaps.ts';

const Filters = OPERATIONS['request.list'].input.pick({
  domain: true,
  conversationId: true,
  accountId: true,
  keyId: true,
  sessionId: true,
  user: true,
  project: true,
  model: true,
  kind: true,
  status: true,
  doubt: true,
  from: true,
  to: true,
});
const FILTER_NAMES = Object.keys(Filters.shape);

/** What a list of requests is narrowed to; the query of its address, and nothing else, holds it. */
export type RequestFilters = Omit<OperationArguments<'request.list'>, 'cursor' | 'limit'> & {
  readonly range?: Range;
};

/**
 * The filters that an address names. Other names in it are left alone.
 * @throws {InvalidFilter} naming the filter: a wrong one is said, never dropped in silence.
 */
export function parseRequestFilters(search: Readonly<Record<string, unknown>>): RequestFilters {
  return { ...withoutGaps(parseFilters(search, FILTER_NAMES, Filters)), ...parseRange(search) };
}

/** The arguments of the API for `filters` at `nowMs`: a range becomes an instant. */
export function toListArguments(filters: RequestFilters, nowMs: number): OperationArguments<'request.list'> {
  const { range, ...rest } = filters;
  return { ...rest, ...toFrom(range, nowMs) };
}
