import { toDemand } from '@nexus/contract';
import { InvalidFilter } from './invalid-filter.ts';

/** Spans that end now, so that a bookmark stays true tomorrow. */
export const RANGES = { '15m': 15 * 60_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000 } as const;
export type Range = keyof typeof RANGES;

/** What checks filters: an input of the contract. */
interface Check<T> {
  safeParse(
    value: unknown,
    how: { readonly error: typeof toDemand },
  ):
    | { readonly success: true; readonly data: T }
    | {
        readonly success: false;
        readonly error: {
          readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
        };
      };
}

type Search = Readonly<Record<string, unknown>>;

/**
 * The filters `names` as an address names them, checked. Other names in it are left alone.
 * @throws {InvalidFilter} naming the filter: a wrong one is said, never dropped in silence.
 */
export function parseFilters<T>(search: Search, names: readonly string[], check: Check<T>): T {
  const named = names.flatMap((name) => (isFilled(search[name]) ? [[name, search[name]] as const] : []));
  const parsed = check.safeParse(Object.fromEntries(named), { error: toDemand });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new InvalidFilter(issue?.path.join('.') ?? '', issue?.message ?? 'is not valid');
}

/**
 * The span that an address names; nothing where it names none.
 * @throws {InvalidFilter} for another.
 */
export function parseRange(search: Search): { readonly range?: Range } {
  const { range } = search;
  if (!isFilled(range)) return {};
  if (!isRange(range)) throw new InvalidFilter('range', `use one of ${Object.keys(RANGES).join(', ')}`);
  return { range };
}

/** A span that ends at `nowMs` as the instant it begins at. */
export function toFrom(range: Range | undefined, nowMs: number): { readonly from?: string } {
  return range === undefined ? {} : { from: new Date(nowMs - RANGES[range]).toISOString() };
}

export function countFilters(filters: object): number {
  return Object.values(filters).filter((value) => value !== undefined).length;
}

/** What a filter says; empty where it says nothing. */
export function readFilter(filters: object, name: string): string {
  const value: unknown = Object.entries(filters).find(([key]) => key === name)?.[1];
  return typeof value === 'string' ? value : '';
}

/** `filters` with some changed; one that is changed to nothing is gone. */
export function withFilters(filters: object, changed: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...filters, ...changed }).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== '';
}

function isRange(value: unknown): value is Range {
  return typeof value === 'string' && Object.hasOwn(RANGES, value);
}
