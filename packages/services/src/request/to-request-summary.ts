import type { RequestSummary } from '@nexus/contract';
import type { RequestFacts } from '@nexus/core';

/** The facts of a request as the API and the live feed give them. */
export function toRequestSummary(facts: RequestFacts): RequestSummary {
  const { startedAtMs, ...others } = facts;
  return { ...others, startedAt: new Date(startedAtMs).toISOString() };
}
