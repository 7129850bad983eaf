import type { RequestSummary } from '@nexus/contract';
import { RANGES } from './list-filters.ts';
import type { RequestFilters } from './request-filters.ts';

/** Whether the list of `filters` would hold `request`, by the same rules as the gateway's query. */
export function matchesFilters(request: RequestSummary, filters: RequestFilters, nowMs: number): boolean {
  const startedAtMs = Date.parse(request.startedAt);
  return (
    (filters.domain === undefined || request.domain === filters.domain) &&
    (filters.conversationId === undefined || request.conversationId === filters.conversationId) &&
    (filters.accountId === undefined || request.accountId === filters.accountId) &&
    (filters.keyId === undefined || request.keyId === filters.keyId) &&
    (filters.sessionId === undefined || request.sessionId === filters.sessionId) &&
    (filters.user === undefined || request.userId === filters.user) &&
    (filters.project === undefined || request.project === filters.project) &&
    (filters.model === undefined || request.model === filters.model) &&
    (filters.kind === undefined || request.kind === filters.kind) &&
    (filters.status === undefined || matchesStatus(request, filters.status)) &&
    (filters.doubt === undefined || matchesDoubt(request, filters.doubt)) &&
    (filters.from === undefined || startedAtMs >= Date.parse(filters.from)) &&
    (filters.to === undefined || startedAtMs < Date.parse(filters.to)) &&
    (filters.range === undefined || startedAtMs >= nowMs - RANGES[filters.range])
  );
}

function matchesDoubt(
  { cost, usage, usageEstimated }: RequestSummary,
  doubt: NonNullable<RequestFilters['doubt']>,
): boolean {
  if (doubt === 'estimated') return usageEstimated;
  if (doubt === 'suspicious') return (usage?.suspicious ?? []).length > 0;
  return cost?.pricing === doubt;
}

function matchesStatus(request: RequestSummary, status: string): boolean {
  if (status === 'ok') return request.outcome === 'completed';
  if (status === 'error') return request.outcome !== 'completed' && request.outcome !== 'aborted';
  if (status.endsWith('xx')) return request.status !== null && String(request.status)[0] === status[0];
  return request.status === Number(status);
}
