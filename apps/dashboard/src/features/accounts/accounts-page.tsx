import { useSuspenseQuery } from '@tanstack/react-query';
import { KeyRound } from 'lucide-react';
import { accountsQuery } from '../../api/account-queries.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { countOf } from '../../words/format-count.ts';
import { AccountCard } from './account-card.tsx';
import { AddAccount } from './add-account.tsx';

/** What the gateway authenticates with, and how each of it is. */
export function AccountsPage() {
  const { accounts } = useSuspenseQuery(accountsQuery).data;
  if (accounts.length === 0) return <NoAccounts />;
  const domains = [...new Set(['default', ...accounts.flatMap((account) => account.domains)])];
  const well = accounts.filter(({ state }) => state === 'healthy' || state === 'probing').length;
  return (
    <div className="flex min-h-0 grow flex-col overflow-y-auto">
      <div className="mx-auto flex w-full max-w-5xl flex-col gap-3 px-4 py-5 sm:px-6">
        <div className="flex flex-wrap items-center gap-3">
          <p className="mr-auto text-sm text-ink-2" role="status">
            {countOf(accounts.length, 'account')}, {well === accounts.length ? 'all' : well} taking requests
          </p>
          <AddAccount domains={domains} />
        </div>
        <ul className="flex flex-col gap-3">
          {accounts.map((account) => (
            <AccountCard key={account.accountId} account={account} />
          ))}
        </ul>
      </div>
    </div>
  );
}

const ADD_COMMAND = 'bun run nexus account add team-a --domain default < key.txt';

function NoAccounts() {
  return (
    <Notice icon={<KeyRound />} title="There are no accounts">
      <p>
        Callers are served with the credential they bring. To give them one of yours, add an account: an API key,
        workload identity, or whatever your upstream takes.
      </p>
      <AddAccount domains={['default']} />
      <p className="text-sm">Or from the command line:</p>
      <div className="flex w-full items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
        <code className="grow truncate font-mono text-sm">{ADD_COMMAND}</code>
        <CopyButton text={ADD_COMMAND} what="the command" />
      </div>
    </Notice>
  );
}
