import type { CacheReport } from '../../api/cache-queries.ts';
import { join } from '../../ui/join.ts';
import { toSeriesColor } from '../../ui/plot/series-colors.ts';
import { formatPercent } from '../../words/account-words.ts';
import { CACHE_VERDICT_WORDS } from '../../words/cache-words.ts';
import { formatCount, formatCountShort } from '../../words/format-count.ts';
import { formatMoney } from '../../words/format-money.ts';
import { listCauses } from './to-cache-bars.ts';

/** Why turns missed the cache, the dearest cause first, with what helps. */
export function CacheCauses({ report }: { readonly report: CacheReport }) {
  const whole = report.total.lostNano;
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of causes">
      <table className="w-full text-right text-sm">
        <thead className="text-xs text-ink-3">
          <tr>
            <th scope="col" className="py-2 pr-3 pl-4 text-left font-normal">
              Why it missed
            </th>
            <th scope="col" className="px-3 py-2 font-normal">
              Turns
            </th>
            <th scope="col" className="px-3 py-2 font-normal max-sm:hidden">
              Tokens
            </th>
            <th scope="col" className="px-3 py-2 font-normal max-sm:hidden">
              Share
            </th>
            <th scope="col" className="py-2 pr-4 pl-3 font-normal">
              Lost
            </th>
          </tr>
        </thead>
        <tbody>
          {listCauses(report).map(({ verdict, turnCount, lostTokens, lostNano, unpricedCount }, index) => (
            <tr key={verdict} className="border-t">
              <th scope="row" className="py-2 pr-3 pl-4 text-left font-normal">
                <span className="flex items-baseline gap-2">
                  <span aria-hidden className={join('size-2.5 shrink-0 rounded-sm', toSeriesColor(index))} />
                  <span className="flex min-w-0 flex-col">
                    <span className="font-medium">{CACHE_VERDICT_WORDS[verdict].label}</span>
                    <span className="text-xs text-ink-3 max-sm:hidden">{CACHE_VERDICT_WORDS[verdict].about}</span>
                  </span>
                </span>
              </th>
              <td className="px-3 py-2">{formatCount(turnCount)}</td>
              <td className="px-3 py-2 text-ink-2 max-sm:hidden">{formatCountShort(lostTokens)}</td>
              <td className="px-3 py-2 text-ink-2 max-sm:hidden">
                {formatPercent(whole === 0 ? 0 : lostNano / whole)}
              </td>
              <td className="py-2 pr-4 pl-3 font-medium">
                {lostNano === 0 && unpricedCount > 0 ? 'no price' : formatMoney(lostNano)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
