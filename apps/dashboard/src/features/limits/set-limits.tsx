import type { OperationOutput } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { setLimitsQuery } from '../../api/limit-queries.ts';
import { useNames } from '../../api/use-names.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { formatCount } from '../../words/format-count.ts';
import { toSubjectWords } from '../../words/limit-words.ts';

type SetLimit = OperationOutput<'limit.list'>['limits'][number];

const COLUMNS: readonly { readonly label: string; readonly of: (limits: SetLimit['limits']) => number | null }[] = [
  { label: 'Requests a minute', of: (limits) => limits.requestsPerMinute },
  { label: 'Input tokens a minute', of: (limits) => limits.inputTokensPerMinute },
  { label: 'Output tokens a minute', of: (limits) => limits.outputTokensPerMinute },
  { label: 'At once', of: (limits) => limits.concurrent },
];

/** Limits that somebody set here, beside those of Claude. */
export function SetLimits() {
  const { data, error } = useQuery(setLimitsQuery);
  return (
    <section aria-label="Limits set here" className="rounded-lg border bg-surface">
      <h2 className="px-4 py-3 text-sm font-semibold">Limits set here</h2>
      {error !== null && <p className="px-4 pb-4 text-sm text-bad">{error.message}</p>}
      {error === null && data === undefined && <Skeleton className="m-4 h-12" />}
      {data?.limits.length === 0 && <NoneSet />}
      {data !== undefined && data.limits.length > 0 && <LimitsTable limits={data.limits} />}
    </section>
  );
}

const SET_COMMAND = 'bun run nexus limit set global --requests-per-minute 4000';

function NoneSet() {
  return (
    <div className="flex flex-col gap-2 px-4 pb-4 text-sm text-ink-2">
      <p>Nobody is limited here: neither a key, a user, a project, a domain, nor all together. For example:</p>
      <div className="flex w-full max-w-xl items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
        <code className="grow truncate font-mono text-sm text-ink">{SET_COMMAND}</code>
        <CopyButton text={SET_COMMAND} what="the command" />
      </div>
    </div>
  );
}

function LimitsTable({ limits }: { readonly limits: readonly SetLimit[] }) {
  const names = useNames();
  return (
    <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of limits">
      <table className="w-full text-right text-sm">
        <thead className="text-xs text-ink-3">
          <tr className="border-t">
            <th scope="col" className="py-2 pr-3 pl-4 text-left font-normal">
              Whose
            </th>
            {COLUMNS.map(({ label }) => (
              <th key={label} scope="col" className="px-3 py-2 font-normal last:pr-4">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {limits.map((limit) => (
            <tr key={`${limit.subjectKind} ${limit.subject}`} className="border-t hover:bg-hover">
              <th scope="row" className="py-2 pr-3 pl-4 text-left font-medium" title={limit.subject}>
                {toSubjectWords(limit, names)}
              </th>
              {COLUMNS.map(({ label, of }) => (
                <td key={label} className="px-3 py-2 last:pr-4">
                  {toFigure(of(limit.limits))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function toFigure(limit: number | null): string {
  return limit === null ? '–' : formatCount(limit);
}
