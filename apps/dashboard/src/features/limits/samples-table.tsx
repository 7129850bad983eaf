import type { WindowSample } from '../../api/limit-queries.ts';
import { Fold } from '../../ui/fold.tsx';
import { formatPercent } from '../../words/account-words.ts';
import { formatExact } from '../../words/format-instant.ts';

/** More rows than this nobody reads; the API has them all. */
const ROWS_MAX = 200;

/** What the plot is drawn from, the latest first. */
export function SamplesTable({ samples }: { readonly samples: readonly WindowSample[] }) {
  const rows = samples.slice(-ROWS_MAX).toReversed();
  return (
    <Fold title="As a table" note={samples.length > ROWS_MAX ? `the latest ${ROWS_MAX}` : undefined} className="-mx-2">
      {() => (
        <div className="relative max-h-80 overflow-auto" tabIndex={0} role="region" aria-label="Samples as a table">
          <table className="w-full text-xs">
            <thead className="text-left text-ink-3">
              <tr>
                {['Told', 'Used', 'Starts anew', ''].map((label) => (
                  <th key={label} scope="col" className="px-2 py-1 font-normal">
                    {label || <span className="sr-only">Refusing</span>}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map(({ at, usedShare, resetsAt, isRejected }) => (
                <tr key={at} className="border-t">
                  <td className="px-2 py-1 whitespace-nowrap text-ink-2">{formatExact(at)}</td>
                  <td className="px-2 py-1">{usedShare === null ? 'not told' : formatPercent(usedShare)}</td>
                  <td className="px-2 py-1 whitespace-nowrap text-ink-2">
                    {resetsAt === null ? '' : formatExact(resetsAt)}
                  </td>
                  <td className="px-2 py-1 text-bad">{isRejected ? 'refuses' : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Fold>
  );
}
