import type { LimitWindow } from '../../api/limit-queries.ts';
import { Badge } from '../../ui/badge.tsx';
import { join } from '../../ui/join.ts';
import { formatPercent } from '../../words/account-words.ts';
import { formatCountShort } from '../../words/format-count.ts';
import { formatExact } from '../../words/format-instant.ts';
import { formatCost } from '../../words/format-money.ts';
import {
  formatCountdown,
  toClock,
  toLimitName,
  toOutlookWords,
  toShareTone,
  toSourceWords,
} from '../../words/limit-words.ts';

interface WindowGaugeProps {
  readonly window: LimitWindow;
  readonly now: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

const FILLS = { ok: 'bg-ok-fill', warn: 'bg-warn-fill', bad: 'bg-bad-fill' } as const;

/** One window: how much is used, when it starts anew, where it is heading, and how old all this is. */
export function WindowGauge({ window, now, isChosen, onChoose }: WindowGaugeProps) {
  const { usedShare, resetsAt, scope, counted } = window;
  const outlook = toOutlookWords(window);
  const name = toLimitName(window);
  return (
    <li
      aria-label={name}
      className={join(
        'relative flex flex-col gap-2.5 rounded-lg border bg-surface px-4 py-3.5 transition-colors',
        isChosen ? 'border-accent' : 'hover:border-line-strong',
      )}
    >
      <div className="flex items-center gap-2">
        <h3 className="text-sm font-medium">
          {/* The whole card is the button's. */}
          <button type="button" aria-pressed={isChosen} onClick={onChoose} className="after:absolute after:inset-0">
            {name}
          </button>
        </h3>
        {scope !== null && !window.name.endsWith(scope) && (
          <span className="truncate text-xs text-ink-3">{scope} alone</span>
        )}
        <span className="ml-auto">
          <Badge tone={outlook.tone} title={outlook.about}>
            {outlook.label}
          </Badge>
        </span>
      </div>
      <p className="flex items-baseline gap-2">
        <span className="text-3xl font-semibold tracking-tight">
          {usedShare === null ? '–' : formatPercent(usedShare)}
        </span>
        <span className="text-sm text-ink-2">{usedShare === null ? 'not told' : 'used'}</span>
        <span
          className="ml-auto text-right text-sm text-ink-2"
          title={resetsAt === null ? undefined : formatExact(resetsAt)}
        >
          {toResetWords(window, now)}
        </span>
      </p>
      <Bar window={window} now={now} />
      <p className="text-sm text-ink-2">{outlook.about}</p>
      <p className="flex flex-wrap justify-between gap-x-4 text-xs text-ink-3">
        <span title={formatExact(window.seenAt)}>{toSourceWords(window, now)}</span>
        {counted !== null && (
          <span title="Counted by this gateway; what went elsewhere is not in it.">
            {formatCountShort(counted.totalTokens)} tokens, {formatCost(counted)} here
          </span>
        )}
      </p>
    </li>
  );
}

function toResetWords({ resetsAt, isOver }: LimitWindow, now: number): string {
  if (resetsAt === null) return '';
  if (isOver || Date.parse(resetsAt) <= now) return `started anew ${toClock(resetsAt)}`;
  return `${formatCountdown(resetsAt, now)} left`;
}

/** How much is used, and a mark for how much of the time is over: ahead of it one uses more than lasts. */
function Bar({ window: { name, spanMs, usedShare, resetsAt }, now }: Pick<WindowGaugeProps, 'window' | 'now'>) {
  const share = Math.min(1, usedShare ?? 0);
  const passed = spanMs === null || resetsAt === null ? null : 1 - (Date.parse(resetsAt) - now) / spanMs;
  return (
    <div
      role="meter"
      aria-label={`${name} used`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(share * 100)}
      aria-valuetext={usedShare === null ? 'not told' : formatPercent(usedShare)}
      className="relative h-2.5 rounded-full bg-sunken"
    >
      <div
        className={join('h-full rounded-full', share > 0 && 'min-w-1', FILLS[toShareTone(share)])}
        style={{ width: `${share * 100}%` }}
      />
      {passed !== null && passed > 0 && passed < 1 && (
        <div
          title={`${formatPercent(passed)} of the time is over`}
          className="absolute -inset-y-1 w-0.5 rounded-full bg-ink-2"
          style={{ left: `${passed * 100}%` }}
        />
      )}
    </div>
  );
}
