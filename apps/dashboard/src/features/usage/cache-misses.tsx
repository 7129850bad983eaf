import { Link } from '@tanstack/react-router';
import type { CacheReport } from '../../api/cache-queries.ts';
import { PATHS } from '../../paths.ts';
import { Ago } from '../../ui/ago.tsx';
import { toCacheSentence } from '../../words/cache-words.ts';
import { formatMoney } from '../../words/format-money.ts';
import { shortModel } from '../../words/short-model.ts';
import { shortProject } from '../../words/short-project.ts';

/** The turns whose misses cost most; each leads to its request. */
export function CacheMisses({ misses }: Pick<CacheReport, 'misses'>) {
  if (misses.length === 0) return null;
  return (
    <div className="flex flex-col">
      <h3 className="px-4 pb-1 text-xs text-ink-3">The dearest misses</h3>
      <ol>
        {misses.map((miss) => (
          <li key={miss.requestId}>
            <Link
              to={PATHS.request}
              params={{ requestId: miss.requestId }}
              className="flex items-baseline gap-3 border-t px-4 py-2 text-sm -outline-offset-2 hover:bg-hover"
            >
              <span className="w-16 shrink-0 text-right font-medium">{formatMoney(miss.lostNano ?? 0)}</span>
              <span className="flex min-w-0 grow flex-col">
                <span>{toCacheSentence(miss)}</span>
                <span className="truncate text-xs text-ink-3">
                  {[shortModel(miss.model), shortProject(miss.projectId), miss.userId].filter(Boolean).join(' · ')}
                </span>
              </span>
              <span className="shrink-0 max-sm:hidden">
                <Ago iso={miss.startedAt} />
              </span>
            </Link>
          </li>
        ))}
      </ol>
    </div>
  );
}
