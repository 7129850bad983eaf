import type { RequestFilters } from '../../api/request-filters.ts';
import type { UsageReport } from '../../api/usage-filters.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { countOf } from '../../words/format-count.ts';

interface UsageDoubtsProps {
  readonly total: UsageReport['total'];
  /** What leads to all requests of the sums; null where the list cannot be narrowed to them. */
  readonly requests: RequestFilters | null;
}

/** What the sums leave out or do not know for sure; nothing where all is known. */
export function UsageDoubts({ total, requests }: UsageDoubtsProps) {
  const { unpricedCount, suspiciousCount, guessedCount, estimatedCount } = total;
  if (unpricedCount + suspiciousCount + guessedCount + estimatedCount === 0) return null;
  const link = (doubt: NonNullable<RequestFilters['doubt']>, count: number) => (
    <span className={`font-medium ${doubt === 'suspicious' ? 'text-bad' : 'text-warn'}`}>
      <RequestsLink filters={requests && { ...requests, doubt }}>{countOf(count, 'request')}</RequestsLink>
    </span>
  );
  return (
    <ul className="flex flex-col gap-1 text-sm text-ink-2">
      {unpricedCount > 0 && (
        <li>
          {link('unpriced', unpricedCount)} without a known price: not in the cost.{' '}
          <code className="font-mono text-xs">bun run nexus prices check</code> names the models.
        </li>
      )}
      {suspiciousCount > 0 && (
        <li>
          {link('suspicious', suspiciousCount)} with counts that cannot be true, such as less than nothing: those counts
          are in no sum, and these requests have no price. Their pages say what Claude told.
        </li>
      )}
      {guessedCount > 0 && <li>{link('guessed', guessedCount)} priced by the nearest price that is known.</li>}
      {estimatedCount > 0 && (
        <li>{link('estimated', estimatedCount)} ended before Claude told the final count: what was seen is counted.</li>
      )}
    </ul>
  );
}
