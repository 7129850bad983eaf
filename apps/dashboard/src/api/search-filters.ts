import { OPERATIONS, type OperationArguments } from '@nexus/contract';
import { parseFilters, parseRange, type Range, toFrom } from './list-filters.ts';

const Filters = OPERATIONS['search.list'].input
  .pick({
    q: true,
    mode: true,
    role: true,
    tool: true,
    domain: true,
    conversationId: true,
    from: true,
    to: true,
    order: true,
  })
  .partial();
const FILTER_NAMES = Object.keys(Filters.shape);

/** What is searched for and where; the query of the address, and nothing else, holds it. */
export type SearchFilters = Partial<Omit<OperationArguments<'search.list'>, 'cursor' | 'limit'>> & {
  readonly range?: Range;
};

/** The same once there is something to look for. */
export type FilledSearch = SearchFilters & { readonly q: string };

/**
 * The filters that an address names. Other names in it are left alone.
 * @throws {InvalidFilter} naming the filter.
 */
export function parseSearchFilters(search: Readonly<Record<string, unknown>>): SearchFilters {
  const { order, ...filters } = parseFilters(search, FILTER_NAMES, Filters);
  const said = Object.entries({ ...filters, ...parseRange(search) }).filter(([, value]) => value !== undefined);
  // The latest first is what is meant where nothing is said.
  return { ...Object.fromEntries(said), ...(order === 'rank' ? { order } : {}) };
}

/** The arguments of the API for `filters` at `nowMs`: a range becomes an instant. */
export function toSearchArguments(filters: FilledSearch, nowMs: number): OperationArguments<'search.list'> {
  const { range, ...rest } = filters;
  return { ...rest, ...toFrom(range, nowMs) };
}
