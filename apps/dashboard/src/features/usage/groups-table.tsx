import type { RequestFilters } from '../../api/request-filters.ts';
import { toRequestFilters, type UsageFilters, type UsageGroup, type UsageReport } from '../../api/usage-filters.ts';
import { RequestsLink } from '../../filters/requests-link.tsx';
import { join } from '../../ui/join.ts';
import { Sparkline } from '../../ui/plot/sparkline.tsx';
import { formatPercent } from '../../words/account-words.ts';
import { formatCount, formatCountShort } from '../../words/format-count.ts';
import { formatCost, formatMoney } from '../../words/format-money.ts';
import { type Names, USAGE_MEASURE_WORDS, USAGE_SPLIT_WORDS } from '../../words/usage-words.ts';
import { toBars, toGroupId, toSeries } from './to-bars.ts';

interface GroupsTableProps {
  readonly report: UsageReport;
  readonly filters: UsageFilters;
  readonly names: Names;
  readonly onChange: (filters: UsageFilters) => void;
}

interface Column {
  readonly label: string;
  readonly say: (group: UsageGroup) => string;
  /** What a phone has no room for. */
  readonly isMore?: boolean;
}

const COLUMNS: readonly Column[] = [
  { label: 'Requests', say: (group) => formatCount(group.requestCount) },
  { label: 'Wrong', say: (group) => (group.errorCount === 0 ? '' : formatCount(group.errorCount)), isMore: true },
  { label: 'Input', say: (group) => formatCountShort(group.inputTokens), isMore: true },
  { label: 'Cache read', say: (group) => formatCountShort(group.cacheReadTokens), isMore: true },
  {
    label: 'Cache write',
    say: (group) => formatCountShort(group.cacheWrite5mTokens + group.cacheWrite1hTokens),
    isMore: true,
  },
  { label: 'Output', say: (group) => formatCountShort(group.outputTokens), isMore: true },
  { label: 'Cache saved', say: (group) => formatMoney(group.cacheSavedNano), isMore: true },
];

/** Every group with what it used; its name narrows the view to it, its figures lead to the requests. */
export function GroupsTable({ report, filters, names, onChange }: GroupsTableProps) {
  const by = filters.by ?? 'model';
  const measure = USAGE_MEASURE_WORDS[filters.measure ?? 'cost'];
  const series = toSeries(report, filters, names);
  const bars = toBars(report, filters);
  const whole = measure.of(report.total);
  return (
    <section aria-label={`By ${USAGE_SPLIT_WORDS[by].label.toLowerCase()}`} className="rounded-lg border bg-surface">
      <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of groups">
        <table className="w-full text-right text-sm">
          <thead className="text-xs text-ink-3">
            <tr>
              <HeadCell className="pl-4 text-left">{USAGE_SPLIT_WORDS[by].label}</HeadCell>
              <HeadCell className="max-md:hidden">{`${measure.label} over time`}</HeadCell>
              <HeadCell>{measure.label === 'Cost' ? 'Share' : `Share of ${measure.label.toLowerCase()}`}</HeadCell>
              {COLUMNS.map(({ label, isMore }) => (
                <HeadCell key={label} className={isMore === true ? 'max-lg:hidden' : ''}>
                  {label}
                </HeadCell>
              ))}
              <HeadCell className="pr-4">Cost</HeadCell>
            </tr>
          </thead>
          <tbody>
            {report.groups.map((group, index) => {
              const requests = toRequestFilters(filters, { from: report.from, to: report.to, group });
              const { label = '', color = '' } = series[index] ?? {};
              return (
                <tr key={toGroupId(group)} className="border-t hover:bg-hover">
                  <th scope="row" className="max-w-48 py-2 pr-3 pl-4 text-left font-normal">
                    <span className="flex items-center gap-2">
                      <span aria-hidden className={join('size-2.5 shrink-0 rounded-sm', color)} />
                      <NarrowButton
                        group={group}
                        label={label}
                        onNarrow={() => onChange({ ...filters, [by]: group.group })}
                      />
                    </span>
                  </th>
                  <td className="px-3 py-2 max-md:hidden">
                    <Sparkline values={bars.map(({ values }) => values[index] ?? 0)} className="ml-auto h-5 w-24" />
                  </td>
                  <td className="px-3 py-2 whitespace-nowrap text-ink-2">
                    {formatPercent(whole === 0 ? 0 : measure.of(group) / whole)}
                  </td>
                  {COLUMNS.map(({ label: name, say, isMore }) => (
                    <td key={name} className={join('px-3 py-2', isMore === true && 'text-ink-2 max-lg:hidden')}>
                      <RequestsLink filters={toFigureRequests(name, requests, group)} isQuiet={name !== 'Requests'}>
                        {say(group)}
                      </RequestsLink>
                    </td>
                  ))}
                  <td className="py-2 pr-4 pl-3 font-medium">
                    <RequestsLink filters={requests}>{formatCost(group)}</RequestsLink>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** The requests behind a figure: for those that went wrong, these alone; none where there is no figure. */
function toFigureRequests(name: string, requests: RequestFilters | null, group: UsageGroup): RequestFilters | null {
  if (requests === null || name !== 'Wrong') return requests;
  return group.errorCount === 0 ? null : { ...requests, status: 'error' };
}

function HeadCell({ className, children }: { readonly className?: string; readonly children: string }) {
  return (
    <th scope="col" className={join('px-3 py-2 font-normal whitespace-nowrap', className)}>
      {children}
    </th>
  );
}

interface NarrowButtonProps {
  readonly group: UsageGroup;
  readonly label: string;
  readonly onNarrow: () => void;
}

/** What has no name cannot be narrowed to. */
function NarrowButton({ group, label, onNarrow }: NarrowButtonProps) {
  if (group.isRest || !group.group) return <span className="truncate text-ink-3">{label}</span>;
  return (
    <button
      type="button"
      title={`Only ${group.group}`}
      onClick={onNarrow}
      className="truncate font-medium hover:underline"
    >
      {label}
    </button>
  );
}
