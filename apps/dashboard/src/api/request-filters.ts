import { ApiError, OPERATIONS, type OperationArguments } from '@nexus/contract';

/** Spans that end now, so that a bookmark stays true tomorrow. */
export const RANGES = { '15m': 15 * 60_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000 } as const;
export type Range = keyof typeof RANGES;

const Filters = OPERATIONS['request.list'].input.pick({
  domain: true,
  model: true,
  kind: true,
  status: true,
  from: true,
  to: true,
});
const FILTER_NAMES = ['domain', 'model', 'kind', 'status', 'from', 'to'] as const;

/** What a list of requests is narrowed to; the query of its address, and nothing else, holds it. */
export type RequestFilters = Omit<OperationArguments<'request.list'>, 'cursor' | 'limit'> & {
  readonly range?: Range;
};

/**
 * The filters that an address names. Other names in it are left alone.
 * @throws {ApiError} `field-invalid`, naming the filter: a wrong one is said, never dropped in silence.
 */
export function parseRequestFilters(search: Readonly<Record<string, unknown>>): RequestFilters {
  const named = FILTER_NAMES.flatMap((name) => (isFilled(search[name]) ? [[name, search[name]] as const] : []));
  const parsed = Filters.safeParse(Object.fromEntries(named));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalidFilter(issue?.path.join('.') ?? '', issue?.message ?? 'is not valid');
  }
  const range = search['range'];
  if (!isFilled(range)) return withoutGaps(parsed.data);
  if (!isRange(range)) throw invalidFilter('range', `use one of ${Object.keys(RANGES).join(', ')}`);
  return { ...withoutGaps(parsed.data), range };
}

/** The arguments of the API for `filters` at `nowMs`: a range becomes an instant. */
export function toListArguments(filters: RequestFilters, nowMs: number): OperationArguments<'request.list'> {
  const { range, ...rest } = filters;
  return range === undefined ? rest : { ...rest, from: new Date(nowMs - RANGES[range]).toISOString() };
}

export function countFilters(filters: RequestFilters): number {
  return Object.values(filters).filter((value) => value !== undefined).length;
}

function withoutGaps(filters: RequestFilters): RequestFilters {
  return Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== undefined));
}

function isFilled(value: unknown): boolean {
  return value !== undefined && value !== '';
}

function isRange(value: unknown): value is Range {
  return typeof value === 'string' && Object.hasOwn(RANGES, value);
}

function invalidFilter(name: string, problem: string): ApiError {
  return new ApiError({
    code: 'field-invalid',
    message: `Filter "${name}": ${problem}.`,
    status: 400,
    requestId: null,
  });
}
