import { type Usage, scanCostBounds } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import { type PriceTable, toBilledTokens, toWorstCase } from '@nexus/core';
import { hasWindows, isWindowHeader } from '../limits/budget-headers.ts';
import type { LimitGrant, Limiter } from '../limits/limiter.ts';
import type { LimitUse } from '../limits/plan-limits.ts';
import type { Authenticated } from './authenticate.ts';
import { type Exchange, enterPhase } from './exchange.ts';
import type { ExchangeEnd } from './record.ts';

/** A request that holds one of the places of this process until it is recorded. */
export interface Admitted {
  readonly phase: 'admitted';
  readonly authenticated: Authenticated;
}

/** The places that exchanges in flight take. */
export interface Places {
  taken: number;
  readonly max: number;
}

export interface LimitParts {
  readonly places: Places;
  readonly limiter: Limiter;
  /** What requests are priced by once they are recorded. */
  readonly prices: PriceTable;
  /** The caller's address. */
  readonly readAddress: () => string;
}

/**
 * Gives the exchange a place and what its limits allow, or refuses. `releasePlace` gives both back. Waits only where limits
 * are kept outside of this process.
 */
export function limit(
  exchange: Exchange,
  authenticated: Authenticated,
  { places, limiter, prices, readAddress }: LimitParts,
): Admitted | Promise<Admitted> {
  enterPhase(exchange, 'limit');
  if (places.taken >= places.max) {
    throw new GatewayError('limit-reached', { detail: { exchangesMax: places.max } });
  }
  places.taken += 1;
  exchange.admitted = true;
  const admitted: Admitted = { phase: 'admitted', authenticated };
  if (!isLimited(exchange)) return admitted;
  const { key } = authenticated;
  const grant = limiter.admit({
    requestId: exchange.requestId,
    startedAtMs: exchange.startedAtMs,
    caller: {
      domain: exchange.domain,
      keyId: exchange.keyId,
      owner: key?.owner ?? null,
      project: key?.project ?? null,
    },
    requestBytes: exchange.requestBytes,
    readAddress,
    readWorstCase: () => findWorstCase(exchange, prices),
  });
  if (grant === null) return admitted;
  if (!(grant instanceof Promise)) return take(exchange, grant, admitted);
  return grant.then((later) => take(exchange, later, admitted));
}

/** No context window holds more. */
const CONTEXT_TOKENS_MAX = 1_000_000;

/** What the call can cost at most; null for what is no single call, such as a batch. */
function findWorstCase(exchange: Exchange, prices: PriceTable): number | null {
  const { path, model, startedAtMs, requestBody, headers } = exchange;
  if (path.startsWith('/v1/messages/')) return null;
  if (requestBody === null) return 0;
  const encoding = headers.get('content-encoding');
  const isPlain = encoding === null || encoding.toLowerCase() === 'identity';
  // What an encoded body says is the upstream's to read.
  const bounds = isPlain ? scanCostBounds(requestBody) : { inputTokensMax: null, outputTokensMax: null, fast: true };
  const inputTokensMax = Math.min(bounds.inputTokensMax ?? CONTEXT_TOKENS_MAX, CONTEXT_TOKENS_MAX);
  return toWorstCase(prices, { ...bounds, model, atMs: startedAtMs, inputTokensMax });
}

/** Counting tokens costs nothing at Claude, and what only reads asks no model. */
function isLimited({ method, path }: Exchange): boolean {
  return method === 'POST' && path !== '/v1/messages/count_tokens';
}

function take(exchange: Exchange, grant: LimitGrant, admitted: Admitted): Admitted {
  if (grant.refusal === null && exchange.ended) grant.giveBack();
  else exchange.grant = grant;
  if (grant.refusal !== null) throw grant.refusal;
  return admitted;
}

/** Gives back what `limit` gave: all of it where nothing was sent, else what the answer did not use. */
export function releasePlace(exchange: Exchange, places: Places, how: ExchangeEnd): void {
  if (!exchange.admitted) return;
  exchange.admitted = false;
  places.taken -= 1;
  if (exchange.forwarded) exchange.grant?.end(toUse(exchange, how));
  else exchange.grant?.giveBack();
}

/** Null where nothing was used; undefined where nobody knows what was. */
function toUse(exchange: Exchange, { answered, seen }: ExchangeEnd): LimitUse | null | undefined {
  const { status, abandonedCalls } = exchange;
  const inVain = abandonedCalls.map(({ usage }) => toCounts(usage, usage.outputTokens));
  if (seen !== null && seen.usage !== null) return addUp([...inVain, toCounts(seen.usage, seen.outputTokens)]);
  const isFree = (status !== null && status >= 400) || !answered;
  if (!isFree) return undefined;
  return inVain.length === 0 ? null : addUp(inVain);
}

function addUp(uses: readonly LimitUse[]): LimitUse {
  return uses.reduce((sum, { inputTokens, outputTokens }) => ({
    inputTokens: sum.inputTokens + inputTokens,
    outputTokens: sum.outputTokens + outputTokens,
  }));
}

/** Input that is read from the cache does not count, as it does not at Claude (platform.claude.com, "Rate limits"). */
function toCounts(usage: Usage, outputTokens: number): LimitUse {
  const billed = toBilledTokens(usage);
  return {
    inputTokens: billed.inputTokens + billed.cacheWrite5mTokens + billed.cacheWrite1hTokens,
    // Of an answer that broke off, more was seen than Claude had counted.
    outputTokens: billed.outputTokens + outputTokens - usage.outputTokens,
  };
}

/** Tells a caller of its limits. What the upstream says of its own under the same name stays. */
export function announceLimits({ grant, forwarded }: Exchange, headers: Headers): void {
  if (grant === null) return;
  const keepsWindows = hasWindows(headers);
  for (const [name, value] of grant.listHeaders(forwarded)) {
    if (headers.has(name) || (keepsWindows && isWindowHeader(name))) continue;
    headers.set(name, value);
  }
}
