import type { RequestFacts } from '../exchange/request-facts.ts';
import type { Link } from '../linking/link.ts';
import { toBilledTokens } from '../pricing/billed-tokens.ts';
import type { NanoDollars } from '../pricing/price-table.ts';

/** One linked request as the facts of conversations count it. */
export interface LinkedRequest {
  readonly request: RequestFacts;
  readonly link: Link;
  /** The title that its answer gave the conversation; null for all but title requests. */
  readonly title: string | null;
}

/** What a conversation and each of its branches count alike. Instants are epoch milliseconds. */
export interface Tally {
  readonly requestCount: number;
  /** Turns, each counted once however often it was tried. */
  readonly turnCount: number;
  readonly retryCount: number;
  /** Requests that did not end as they should. */
  readonly errorCount: number;
  /** Tokens as they are billed, as `Usage` tells them apart. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** Of requests whose price is known. */
  readonly costNano: NanoDollars;
  /** Requests whose price is not. */
  readonly unpricedCount: number;
  /** Models that answered, else that were asked for; sorted, at most `MODELS_MAX`. */
  readonly models: readonly string[];
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  /** Turns on the longest way from the root. */
  readonly depth: number;
}

export const MODELS_MAX = 32;

/** The tally with one more request. Whatever the order of the requests, the sum is the same. */
export function addToTally(tally: Tally | null, { request, link }: LinkedRequest): Tally {
  const before = tally ?? EMPTY;
  const billed = request.usage === null ? null : toBilledTokens(request.usage);
  const isTurn = link.relation !== 'attached';
  const isRetry = link.relation === 'retries';
  return {
    requestCount: before.requestCount + 1,
    turnCount: before.turnCount + (isTurn && !isRetry ? 1 : 0),
    retryCount: before.retryCount + (isRetry ? 1 : 0),
    errorCount: before.errorCount + (request.outcome === 'completed' ? 0 : 1),
    inputTokens: before.inputTokens + (billed?.inputTokens ?? 0),
    outputTokens: before.outputTokens + (billed?.outputTokens ?? 0),
    cacheReadTokens: before.cacheReadTokens + (billed?.cacheReadTokens ?? 0),
    cacheWriteTokens: before.cacheWriteTokens + (billed?.cacheWrite5mTokens ?? 0) + (billed?.cacheWrite1hTokens ?? 0),
    costNano: before.costNano + (request.cost?.nanoDollars ?? 0),
    unpricedCount: before.unpricedCount + (request.cost?.pricing === 'unpriced' ? 1 : 0),
    models: addModel(before.models, request.modelServed ?? request.model),
    firstAtMs: Math.min(before.firstAtMs, request.startedAtMs),
    lastAtMs: Math.max(before.lastAtMs, request.startedAtMs),
    depth: Math.max(before.depth, link.depth),
  };
}

const EMPTY: Tally = {
  requestCount: 0,
  turnCount: 0,
  retryCount: 0,
  errorCount: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costNano: 0,
  unpricedCount: 0,
  models: [],
  firstAtMs: Number.POSITIVE_INFINITY,
  lastAtMs: Number.NEGATIVE_INFINITY,
  depth: 0,
};

function addModel(models: readonly string[], model: string | null): readonly string[] {
  if (model === null || models.includes(model)) return models;
  return [...models, model].sort().slice(0, MODELS_MAX);
}
