import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Gauge } from 'lucide-react';
import { type LimitWindow, windowsQuery } from '../../api/limit-queries.ts';
import type { HistoryDays, LimitsPlace } from '../../api/limits-place.ts';
import { useNames } from '../../api/use-names.ts';
import { Notice } from '../../ui/notice.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Budgets } from './budgets.tsx';
import { CountedAccounts } from './counted-accounts.tsx';
import { NearLimits } from './near-limits.tsx';
import { SetLimits } from './set-limits.tsx';
import { WindowGauge } from './window-gauge.tsx';
import { WindowHistory } from './window-history.tsx';
import { WindowShares } from './window-shares.tsx';

const route = getRouteApi('/shell/limits');
const CLOCK_MS = 1_000;

/** Who is near a bound, what is left of every budget and window, where it is heading, and who used it. */
export function LimitsPage() {
  const place = route.useSearch();
  const navigate = route.useNavigate();
  const { windows } = useSuspenseQuery(windowsQuery).data;
  const names = useNames();
  const now = useNow(CLOCK_MS);
  const accounts = groupByAccount(windows.filter(({ source }) => source !== 'rolling'));
  const counted = windows.filter(({ source }) => source === 'rolling');
  const chosen = findChosen([...accounts.flatMap((account) => account.windows), ...counted], place);
  const set = (next: LimitsPlace) => void navigate({ search: (before) => ({ ...before, ...next }) });
  const choose = ({ accountId, name }: LimitWindow) => set({ account: accountId, window: name, days: undefined });
  const shares = chosen && (
    <WindowShares window={chosen} now={now} by={place.by ?? 'conversation'} onBy={(by) => set({ by })} />
  );
  return (
    <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Limits">
      <div className="mx-auto flex w-full max-w-6xl flex-col gap-6 px-4 py-5 sm:px-6">
        <NearLimits windows={windows} now={now} />
        <Budgets
          now={now}
          isNew={place.set === 'budget'}
          onNew={(isNew) => set({ set: isNew ? 'budget' : undefined })}
        />
        {windows.length === 0 && <NoWindows />}
        {accounts.map(({ accountId, windows: ofAccount }) => (
          <section key={accountId} aria-label={names.get(accountId) ?? accountId} className="flex flex-col gap-3">
            <h2 className="font-semibold" title={accountId}>
              {names.get(accountId) ?? accountId}
            </h2>
            <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
              {ofAccount.map((window) => (
                <WindowGauge
                  key={window.name}
                  window={window}
                  now={now}
                  isChosen={window === chosen}
                  onChoose={() => choose(window)}
                />
              ))}
            </ul>
            {chosen?.accountId === accountId && (
              <>
                <WindowHistory
                  window={chosen}
                  now={now}
                  days={place.days ?? toDays(chosen)}
                  onDays={(days) => set({ days })}
                />
                {shares}
              </>
            )}
          </section>
        ))}
        <CountedAccounts windows={counted} now={now} chosen={chosen} onChoose={choose}>
          {chosen?.source === 'rolling' && shares}
        </CountedAccounts>
        <SetLimits isNew={place.set === 'limits'} onNew={(isNew) => set({ set: isNew ? 'limits' : undefined })} />
      </div>
    </div>
  );
}

interface AccountWindows {
  readonly accountId: string;
  readonly windows: readonly LimitWindow[];
}

/** The account with the fullest window first, and in each those that run, the shortest first. */
function groupByAccount(windows: readonly LimitWindow[]): readonly AccountWindows[] {
  const accounts = Map.groupBy(windows, ({ accountId }) => accountId);
  return [...accounts]
    .map(([accountId, ofAccount]) => ({
      accountId,
      windows: ofAccount.toSorted((a, b) => Number(a.isOver) - Number(b.isOver) || (a.spanMs ?? 0) - (b.spanMs ?? 0)),
    }))
    .toSorted((a, b) => toFullest(b.windows) - toFullest(a.windows));
}

function toFullest(windows: readonly LimitWindow[]): number {
  return Math.max(...windows.map(({ usedShare }) => usedShare ?? 0));
}

/** The window that the address names; without one the first of some length that still runs. */
function findChosen(all: readonly LimitWindow[], place: LimitsPlace): LimitWindow | undefined {
  const named = all.find(({ accountId, name }) => accountId === place.account && name === place.window);
  return (
    named ?? all.find(({ source, spanMs, isOver }) => !isOver && source !== 'rolling' && spanMs !== null) ?? all[0]
  );
}

/** The days in which a window shows its shape: a short one in one day, a long one in seven. */
function toDays({ spanMs }: LimitWindow): HistoryDays {
  return (spanMs ?? 0) > 86_400_000 ? '7' : '1';
}

function NoWindows() {
  return (
    <Notice icon={<Gauge />} title="No limit was told yet">
      <p>
        Claude tells with its answers how much of each window is used: 5 hours and 7 days of a subscription, requests
        and tokens a minute of an API key. They stand here after the first request.
      </p>
    </Notice>
  );
}
