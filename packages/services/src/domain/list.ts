import type { OperationOutput } from '@nexus/contract';
import { listDomains } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';

const SEVEN_DAYS_MS = 7 * 24 * 3_600_000;

/** Domains with traffic, busiest first, then those that have a credential file and no traffic yet. */
export async function listDomainSummaries(context: Context): Promise<OperationOutput<'domain.list'>> {
  const { domains: directory } = context;
  const seen = await listDomains(requireStorage(context), { sinceMs: context.clock() - SEVEN_DAYS_MS });
  const seenNames = new Set(seen.map((row) => row.domain));
  const quiet = directory
    .list()
    .filter((domain) => !seenNames.has(domain))
    .toSorted();
  return {
    domains: [
      ...seen.map(({ domain, requestCount, errorCount, lastSeenAtMs }) => ({
        domain,
        requestCount,
        errorCount,
        lastSeenAt: lastSeenAtMs === null ? null : new Date(lastSeenAtMs).toISOString(),
        credential: directory.credentialOf(domain),
      })),
      ...quiet.map((domain) => ({
        domain,
        requestCount: 0,
        errorCount: 0,
        lastSeenAt: null,
        credential: directory.credentialOf(domain),
      })),
    ],
  };
}
