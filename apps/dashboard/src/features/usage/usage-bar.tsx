import { Download, X } from 'lucide-react';
import {
  toTimeZone,
  USAGE_MEASURES,
  USAGE_RANGE_DEFAULT,
  USAGE_RANGES,
  USAGE_SPLITS,
  type UsageFilters,
  type UsageMeasure,
  type UsageRange,
  type UsageReport,
  type UsageSplit,
} from '../../api/usage-filters.ts';
import { toUsageCsvUrl } from '../../api/usage-queries.ts';
import { withoutGaps } from '../../api/without-gaps.ts';
import { ChoiceMenu } from '../../ui/menu.tsx';
import {
  type Names,
  toGroupWords,
  USAGE_MEASURE_WORDS,
  USAGE_RANGE_WORDS,
  USAGE_SPLIT_WORDS,
} from '../../words/usage-words.ts';

interface UsageBarProps {
  readonly report: UsageReport;
  readonly filters: UsageFilters;
  readonly names: Names;
  readonly onChange: (filters: UsageFilters) => void;
}

const RANGES: readonly UsageRange[] = ['1h', '24h', '7d', '30d', '90d'] satisfies (keyof typeof USAGE_RANGES)[];

/** What the room shows: the span, the split, the measure, the time zone, and what it is narrowed to. */
export function UsageBar({ report, filters, names, onChange }: UsageBarProps) {
  const { range = USAGE_RANGE_DEFAULT, by = 'model', measure = 'cost' } = filters;
  const timeZone = toTimeZone(filters);
  const set = (changed: Partial<UsageFilters>) => onChange(withoutGaps({ ...filters, ...changed }));
  return (
    <div
      role="group"
      aria-label="What is shown"
      className="flex shrink-0 gap-2 overflow-x-auto border-b px-4 py-2.5 sm:flex-wrap sm:px-6"
    >
      <ChoiceMenu<UsageRange>
        label="Time"
        value={range}
        choices={RANGES.map((value) => ({ value, label: USAGE_RANGE_WORDS[value].label }))}
        onChoose={(next) => set({ range: next })}
      />
      <ChoiceMenu<UsageSplit>
        label="By"
        value={by}
        choices={USAGE_SPLITS.map((value) => ({ value, label: USAGE_SPLIT_WORDS[value].label }))}
        onChoose={(next) => set({ by: next })}
      />
      <ChoiceMenu<UsageMeasure>
        label="Show"
        value={measure}
        choices={USAGE_MEASURES.map((value) => ({ value, label: USAGE_MEASURE_WORDS[value].label }))}
        onChoose={(next) => set({ measure: next })}
      />
      <ChoiceMenu
        label="Clock"
        value={timeZone}
        choices={listTimeZones(timeZone).map((value) => ({ value, label: value }))}
        onChoose={(tz) => set({ tz })}
      />
      {USAGE_SPLITS.map((name) => (
        <Narrowed key={name} name={name} filters={filters} names={names} onRemove={() => set({ [name]: undefined })} />
      ))}
      <a
        href={toUsageCsvUrl(filters, report)}
        download="usage.csv"
        className="ml-auto inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md border border-line-strong bg-surface px-2.5 text-sm font-medium transition-colors hover:bg-hover [&_svg]:size-4"
      >
        <Download aria-hidden />
        CSV
      </a>
    </div>
  );
}

interface NarrowedProps {
  readonly name: UsageSplit;
  readonly filters: UsageFilters;
  readonly names: Names;
  readonly onRemove: () => void;
}

/** One thing that the view is narrowed to, to be taken away. */
function Narrowed({ name, filters, names, onRemove }: NarrowedProps) {
  const group = filters[name];
  if (group === undefined) return null;
  const { label } = USAGE_SPLIT_WORDS[name];
  return (
    <span
      title={group}
      className="inline-flex h-8 max-w-64 shrink-0 items-center gap-1.5 rounded-md border border-accent bg-accent-soft pl-2.5 text-sm"
    >
      <span className="text-ink-2">{label}</span>
      <span className="truncate font-medium">{toGroupWords(name, { group, isRest: false }, names)}</span>
      <button
        type="button"
        aria-label={`Any ${label.toLowerCase()}`}
        onClick={onRemove}
        className="flex h-full items-center rounded-r-md px-2 text-ink-2 hover:text-ink"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  );
}

/** UTC, the reader's own and the chosen one first. */
function listTimeZones(chosen: string): readonly string[] {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return [...new Set([own, 'UTC', chosen, ...Intl.supportedValuesOf('timeZone')])];
}
