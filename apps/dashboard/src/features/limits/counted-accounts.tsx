import type { ReactNode } from 'react';
import type { LimitWindow } from '../../api/limit-queries.ts';
import { useNames } from '../../api/use-names.ts';
import { join } from '../../ui/join.ts';
import { countOf, formatCountShort } from '../../words/format-count.ts';
import { formatExact } from '../../words/format-instant.ts';
import { formatCost } from '../../words/format-money.ts';
import { toRollingWords, toSourceWords } from '../../words/limit-words.ts';

interface CountedAccountsProps {
  readonly windows: readonly LimitWindow[];
  readonly now: number;
  readonly chosen: LimitWindow | undefined;
  readonly onChoose: (window: LimitWindow) => void;
  /** What there is to say of the chosen one. */
  readonly children: ReactNode;
}

/** Accounts of whose windows Claude told nothing: what they used, as it was counted here. Nothing where there is none. */
export function CountedAccounts({ windows, now, chosen, onChoose, children }: CountedAccountsProps) {
  const [first] = windows;
  if (first === undefined) return null;
  return (
    <section aria-label="Counted here" className="flex flex-col gap-3">
      <div className="flex flex-wrap items-baseline gap-x-3">
        <h2 className="font-semibold">Counted here</h2>
        <p className="text-sm text-ink-2">
          Claude tells no window of {windows.length === 1 ? 'this account' : 'these accounts'}, so this is what went
          through this gateway in the last {toRollingWords(first.spanMs)}. Bound it by a budget.
        </p>
      </div>
      <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
        {windows.map((window) => (
          <CountedAccount
            key={window.accountId}
            window={window}
            now={now}
            isChosen={window === chosen}
            onChoose={() => onChoose(window)}
          />
        ))}
      </ul>
      {children}
    </section>
  );
}

interface CountedAccountProps {
  readonly window: LimitWindow;
  readonly now: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function CountedAccount({ window, now, isChosen, onChoose }: CountedAccountProps) {
  const { accountId, counted, seenAt } = window;
  const name = useNames().get(accountId) ?? accountId;
  return (
    <li
      aria-label={name}
      className={join(
        'relative flex flex-col gap-1.5 rounded-lg border bg-surface px-4 py-3 transition-colors',
        isChosen ? 'border-accent' : 'hover:border-line-strong',
      )}
    >
      <h3 className="text-sm font-medium">
        {/* The whole card is the button's. */}
        <button
          type="button"
          aria-pressed={isChosen}
          title={name}
          onClick={onChoose}
          className="block max-w-full truncate after:absolute after:inset-0"
        >
          {name}
        </button>
      </h3>
      <p className="flex flex-wrap items-baseline gap-x-2">
        <span className="text-xl font-semibold tracking-tight">{counted === null ? '–' : formatCost(counted)}</span>
        {counted !== null && (
          <span className="text-sm text-ink-2">
            {formatCountShort(counted.totalTokens)} tokens, {countOf(counted.requestCount, 'request')}
          </span>
        )}
      </p>
      <p className="text-xs text-ink-3" title={formatExact(seenAt)}>
        {toSourceWords(window, now)}
      </p>
    </li>
  );
}
