import type { RequestSummary } from '@nexus/contract';
import type { Link, RecordedCost, RequestFacts } from '@nexus/core';
import { toInstant } from '../to-instant.ts';

/** The facts of a request as the API and the live feed give them; `link` is null where its place is not known yet. */
export function toRequestSummary(facts: RequestFacts, link: Link | null): RequestSummary {
  const { startedAtMs, cost, ...others } = facts;
  return {
    ...others,
    conversationId: link?.conversationId ?? facts.conversationId,
    startedAt: toInstant(startedAtMs),
    cost: cost && toCost(cost),
    branch: link?.branch ?? null,
    relation: link?.relation ?? null,
    parentRequestId: link?.parentRequestId ?? null,
    linkSource: link?.linkSource ?? null,
    linkBecause: link?.because ?? null,
  };
}

/** What the cache saved is a matter of usage: the live feed and a list give the same of one request. */
function toCost({ nanoDollars, pricing, priceVersion }: RecordedCost): RequestSummary['cost'] {
  return { nanoDollars, pricing, priceVersion };
}
