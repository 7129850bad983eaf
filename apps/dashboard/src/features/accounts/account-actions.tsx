import type { AccountSummary } from '@nexus/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FlaskConical, Pause, Play, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { type AccountAct, type AccountActed, accountsQuery, actOnAccount } from '../../api/account-queries.ts';
import { Button } from '../../ui/button.tsx';
import { formatDuration } from '../../words/format-duration.ts';
import { ChangeAccount } from './change-account.tsx';

interface Offer {
  readonly act: AccountAct;
  readonly label: string;
  readonly icon: ReactNode;
}

/** What can be done with an account as it is, and what the last of it gave. */
export function AccountActions({ account }: { readonly account: AccountSummary }) {
  const queries = useQueryClient();
  const acting = useMutation({
    mutationFn: actOnAccount,
    onSettled: () => queries.invalidateQueries({ queryKey: accountsQuery.queryKey }),
  });
  const { accountId, name } = account;
  return (
    <div className="ml-auto flex flex-wrap items-center justify-end gap-2">
      <span role="status" className="text-sm">
        {acting.isPending ? <span className="text-ink-3">…</span> : <Acted acted={acting.data} error={acting.error} />}
      </span>
      {listOffers(account).map(({ act, label, icon }) => (
        <Button
          key={act}
          icon={icon}
          disabled={acting.isPending}
          aria-label={`${label} ${name}`}
          onClick={() => acting.mutate({ act, accountId })}
        >
          {label}
        </Button>
      ))}
      <ChangeAccount account={account} />
    </div>
  );
}

function Acted({ acted, error }: { readonly acted: AccountActed | undefined; readonly error: Error | null }) {
  if (error !== null) return <span className="text-bad">{error.message}</span>;
  if (acted === undefined) return null;
  const { ok, message, durationMs } = acted;
  return (
    <span className={ok ? 'text-ok' : 'text-bad'}>
      {message}
      {durationMs !== undefined && ` (${formatDuration(durationMs)})`}
    </span>
  );
}

function listOffers({ state, token }: AccountSummary): readonly Offer[] {
  if (state === 'invalid' || state === 'disabled') return [];
  const test: Offer = { act: 'test', label: 'Test', icon: <FlaskConical aria-hidden /> };
  const rotate: Offer = { act: 'rotate', label: 'Rotate', icon: <RotateCw aria-hidden /> };
  const resume: Offer = { act: 'resume', label: 'Resume', icon: <Play aria-hidden /> };
  const pause: Offer = { act: 'pause', label: 'Pause', icon: <Pause aria-hidden /> };
  return [
    test,
    ...(token.refreshable ? [rotate] : []),
    ...(state === 'resting' || state === 'auth-failed' || state === 'paused' ? [resume] : []),
    ...(state === 'paused' ? [] : [pause]),
  ];
}
