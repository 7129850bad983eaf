import { useQuery } from '@tanstack/react-query';
import { type LimitWindow, windowHistoryQuery } from '../../api/limit-queries.ts';
import { HISTORY_DAYS, type HistoryDays } from '../../api/limits-place.ts';
import { Skeleton } from '../../ui/skeleton.tsx';
import { toLimitName } from '../../words/limit-words.ts';
import { Choices } from './choices.tsx';
import { SamplesTable } from './samples-table.tsx';
import { SawTooth } from './saw-tooth.tsx';

const DAY_WORDS: Record<HistoryDays, string> = { '1': '24 hours', '7': '7 days', '30': '30 days' };

interface WindowHistoryProps {
  readonly window: LimitWindow;
  readonly now: number;
  readonly days: HistoryDays;
  readonly onDays: (days: HistoryDays) => void;
}

/** How a window was used over the last days, and how it may go on. */
export function WindowHistory({ window, now, days, onDays }: WindowHistoryProps) {
  const { accountId, name } = window;
  const { data, error } = useQuery(windowHistoryQuery({ accountId, name, days: Number(days) }));
  return (
    <section
      aria-label={`History of ${toLimitName(window)}`}
      className="flex flex-col gap-4 rounded-lg border bg-surface px-4 pt-4 pb-3"
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <h3 className="text-sm font-semibold">{toLimitName(window)} over time</h3>
        {window.forecast.kind === 'rising' && (
          <span className="text-xs text-ink-3">dashed: how it goes on at the pace of the last hour</span>
        )}
        <Choices
          label="Days"
          choices={HISTORY_DAYS.map((value) => ({ value, label: DAY_WORDS[value] }))}
          value={days}
          onChoose={onDays}
        />
      </div>
      {error !== null && <p className="text-sm text-bad">{error.message}</p>}
      {error === null && data === undefined && <Skeleton className="h-52" />}
      {data !== undefined && (
        <>
          <SawTooth window={window} samples={data.samples} now={now} days={Number(days)} />
          <SamplesTable samples={data.samples} />
        </>
      )}
    </section>
  );
}
