import { OPERATIONS, type OperationArguments } from '@nexus/contract';
import { parseFilters, parseRange, type Range, toFrom } from './list-filters.ts';

const Filters = OPERATIONS['conversation.list'].input.pick({
  domain: true,
  accountId: true,
  keyId: true,
  sessionId: true,
  user: true,
  project: true,
  model: true,
  from: true,
  to: true,
  hasSubAgents: true,
  hasErrors: true,
  text: true,
});
const FILTER_NAMES = Object.keys(Filters.shape);

/** What a list of conversations is narrowed to; the query of its address, and nothing else, holds it. */
export type ConversationFilters = Omit<OperationArguments<'conversation.list'>, 'cursor' | 'limit'> & {
  readonly range?: Range;
};

/**
 * The filters that an address names. Other names in it are left alone.
 * @throws {InvalidFilter} naming the filter.
 */
export function parseConversationFilters(search: Readonly<Record<string, unknown>>): ConversationFilters {
  const filters = { ...parseFilters(search, FILTER_NAMES, Filters), ...parseRange(search) };
  // Choices come out as true and false; an address holds words.
  const words = Object.entries(filters).map(([name, value]) => [name, typeof value === 'boolean' ? `${value}` : value]);
  return Object.fromEntries(words.filter(([, value]) => value !== undefined));
}

/** The arguments of the API for `filters` at `nowMs`: a range becomes an instant. */
export function toConversationArguments(
  filters: ConversationFilters,
  nowMs: number,
): OperationArguments<'conversation.list'> {
  const { range, ...rest } = filters;
  return { ...rest, ...toFrom(range, nowMs) };
}
