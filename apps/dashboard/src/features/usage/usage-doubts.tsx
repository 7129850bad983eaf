import type { UsageReport } from '../../api/usage-filters.ts';
import { countOf } from '../../words/format-count.ts';

/** What the sums leave out or do not know for sure; nothing where all is known. */
export function UsageDoubts({ total }: { readonly total: UsageReport['total'] }) {
  const { unpricedCount, suspiciousCount, guessedCount, estimatedCount } = total;
  if (unpricedCount + suspiciousCount + guessedCount + estimatedCount === 0) return null;
  return (
    <ul className="flex flex-col gap-1 text-sm text-ink-2">
      {unpricedCount > 0 && (
        <li>
          <span className="font-medium text-warn">{countOf(unpricedCount, 'request')}</span> without a known price: not
          in the cost. <code className="font-mono text-xs">nexus prices check</code> names the models.
        </li>
      )}
      {suspiciousCount > 0 && (
        <li>
          <span className="font-medium text-bad">{countOf(suspiciousCount, 'request')}</span> with counts that cannot be
          true, such as less than nothing: those counts are in no sum, and these requests have no price. Their pages say
          what Claude told.
        </li>
      )}
      {guessedCount > 0 && (
        <li>
          <span className="font-medium text-warn">{countOf(guessedCount, 'request')}</span> priced like the family of an
          unknown model.
        </li>
      )}
      {estimatedCount > 0 && (
        <li>
          <span className="font-medium text-warn">{countOf(estimatedCount, 'request')}</span> ended before Claude told
          the final count: what was seen is counted.
        </li>
      )}
    </ul>
  );
}
