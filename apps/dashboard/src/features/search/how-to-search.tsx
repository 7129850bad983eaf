import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { TextSearch } from 'lucide-react';
import { storageStatsQuery } from '../../api/queries.ts';
import { PATHS } from '../../paths.ts';
import { Notice } from '../../ui/notice.tsx';
import { SearchProgressLine } from './search-progress-line.tsx';

const EXAMPLES = [
  ['crash parser', 'both words, anywhere in a message'],
  ['"out of memory"', 'these words, in this order'],
  ['timeout or retry', 'either word'],
  ['deploy -staging', 'the first word without the second'],
  ['migrat*', 'every word that begins so'],
  ['src/main.ts', 'a name or a path: its words, next to each other'],
] as const;

/** The room before anything was asked: what can be found, and how one asks. */
export function HowToSearch() {
  const progress = useQuery(storageStatsQuery).data?.search;
  return (
    <div className="min-h-0 grow overflow-y-auto">
      <Notice icon={<TextSearch />} title="Everything that was said">
        <p>
          Prompts, answers, thinking, tool calls and their results, of all conversations. Each message is found once,
          with every request that carried it.
        </p>
        <dl className="grid w-full grid-cols-[auto_1fr] items-center gap-x-5 gap-y-1.5 text-sm">
          {EXAMPLES.map(([q, about]) => (
            <div key={q} className="contents">
              <dt>
                <Link
                  to={PATHS.search}
                  search={{ q }}
                  className="rounded border bg-surface px-1.5 py-0.5 font-mono text-xs text-ink hover:border-accent"
                >
                  {q}
                </Link>
              </dt>
              <dd>{about}</dd>
            </div>
          ))}
        </dl>
        <p className="text-sm">
          Upper and lower case are the same. Chinese, Japanese, Korean and Thai are found by any part of them. For a
          part of a word, choose <span className="font-medium text-ink">Parts of words</span>: that goes through
          messages from the latest on.
        </p>
        <SearchProgressLine progress={progress} />
      </Notice>
    </div>
  );
}
