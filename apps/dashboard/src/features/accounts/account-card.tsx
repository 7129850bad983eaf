import type { AccountSummary } from '@nexus/contract';
import { Link } from '@tanstack/react-router';
import { PATHS } from '../../paths.ts';
import { Badge } from '../../ui/badge.tsx';
import { Fact } from '../../ui/fact.tsx';
import { StackBar } from '../../ui/stack-bar.tsx';
import { useNow } from '../../ui/use-now.ts';
import {
  ACCOUNT_STATE_WORDS,
  formatLeft,
  formatPercent,
  toBecauseWords,
  toKindWords,
} from '../../words/account-words.ts';
import { formatCount } from '../../words/format-count.ts';
import { formatAgo, formatExact } from '../../words/format-instant.ts';
import { AccountActions } from './account-actions.tsx';
import { AccountWindows } from './account-windows.tsx';

const CLOCK_MS = 1_000;

/** One account: how it is and why, what it did today, and what can be done. Its secret is nowhere. */
export function AccountCard({ account }: { readonly account: AccountSummary }) {
  const { state, because, until, lastError } = account;
  const words = ACCOUNT_STATE_WORDS[state];
  const now = useNow(CLOCK_MS);
  return (
    <li aria-label={account.name} className="flex flex-col gap-3 rounded-lg border bg-surface px-4 py-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="min-w-0 truncate font-semibold" title={account.accountId}>
          {account.name}
        </h2>
        <Badge tone={words.tone} title={words.about}>
          {words.label}
          {until !== null && Date.parse(until) > now && ` for ${formatLeft(until, now)}`}
        </Badge>
        <span className="text-sm text-ink-3">
          {toKindWords(account.kind)}
          {account.domains.length > 0 && `, ${account.domains.join(', ')}`}
        </span>
        <AccountActions account={account} />
      </div>
      {because !== null && <p className="text-sm text-ink-2">{toBecauseWords(account)}</p>}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        <Fact label="Today">
          <Today account={account} />
        </Fact>
        <Fact label="In flight">{formatCount(account.inFlight)}</Fact>
        <Fact label="Token" title={account.token.expiresAt === null ? undefined : formatExact(account.token.expiresAt)}>
          <Token token={account.token} now={now} />
        </Fact>
        <Fact label="Last error" title={lastError === null ? undefined : formatExact(lastError.at)}>
          {lastError === null ? (
            <span className="text-ink-3">none</span>
          ) : (
            `${lastError.because}, ${formatAgo(lastError.at, now)}`
          )}
        </Fact>
        {account.models !== null && <Fact label="Models">{account.models.join(', ')}</Fact>}
        {account.upstream !== null && <Fact label="Upstream">{account.upstream}</Fact>}
      </dl>
      <AccountWindows windows={account.windows} now={now} />
    </li>
  );
}

/** What it did today, and its part of what all accounts did; leads to the requests themselves. */
function Today({ account: { accountId, requestsToday, shareToday } }: { readonly account: AccountSummary }) {
  if (requestsToday === null) return <span className="text-ink-3">not known while the database is away</span>;
  return (
    <span className="flex flex-col gap-1">
      <Link to={PATHS.requests} search={{ accountId }} className="underline decoration-line-strong underline-offset-2">
        {formatCount(requestsToday)}
        {shareToday !== null && shareToday > 0 && `, ${formatPercent(shareToday)}`}
      </Link>
      <StackBar segments={[{ label: 'share', value: shareToday ?? 0, color: 'bg-accent-solid' }]} of={1} />
    </span>
  );
}

function Token({ token, now }: { readonly token: AccountSummary['token']; readonly now: number }) {
  if (token.lastError !== null) {
    return (
      <span className="text-bad" title={token.lastError.because}>
        {token.lastError.because}
      </span>
    );
  }
  if (token.expiresAt === null) return <span className="text-ink-3">does not expire</span>;
  const left = Date.parse(token.expiresAt) <= now ? 'expired' : `${formatLeft(token.expiresAt, now)} left`;
  return <span>{token.refreshable ? `${left}, renewed by itself` : left}</span>;
}
