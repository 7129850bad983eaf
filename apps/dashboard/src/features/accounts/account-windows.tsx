import type { AccountSummary } from '@nexus/contract';
import { StackBar } from '../../ui/stack-bar.tsx';
import { formatLeft, formatPercent, toWindowWords } from '../../words/account-words.ts';
import { formatExact } from '../../words/format-instant.ts';

interface AccountWindowsProps {
  readonly windows: AccountSummary['windows'];
  readonly now: number;
}

/** From here on a window is worth a look, and from there on it is nearly used up. */
const WARN_FROM = 0.7;
const BAD_FROM = 0.9;

/** How much of each window of the upstream is used, as its last answer told. */
export function AccountWindows({ windows, now }: AccountWindowsProps) {
  if (windows.length === 0) return null;
  return (
    <ul aria-label="Windows" className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
      {windows.map(({ name, utilisation, resetsAt }) => (
        <li key={name} className="flex flex-col gap-1 text-xs text-ink-2">
          <span className="flex justify-between gap-3">
            <span>{toWindowWords(name)}</span>
            <span title={resetsAt === null ? undefined : formatExact(resetsAt)}>
              {formatPercent(utilisation)} used
              {resetsAt !== null && `, resets in ${formatLeft(resetsAt, now)}`}
            </span>
          </span>
          <StackBar segments={[{ label: name, value: Math.min(1, utilisation), color: toColor(utilisation) }]} of={1} />
        </li>
      ))}
    </ul>
  );
}

function toColor(utilisation: number): string {
  if (utilisation >= BAD_FROM) return 'bg-bad-fill';
  return utilisation >= WARN_FROM ? 'bg-warn-fill' : 'bg-ok-fill';
}
