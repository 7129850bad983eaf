import type { AccountSummary } from '@nexus/contract';
import { useQueryClient } from '@tanstack/react-query';
import { KeyRound, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { accountsQuery } from '../../api/account-queries.ts';
import { useMay } from '../../api/use-may.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { RemoveAccount } from './remove-account.tsx';
import { ReplaceCredential } from './replace-credential.tsx';

/** Another credential, or none any more. Nothing for those who may not, and for what stands in the environment. */
export function ChangeAccount({ account }: { readonly account: AccountSummary }) {
  const [asked, setAsked] = useState<'replace' | 'remove' | null>(null);
  const queries = useQueryClient();
  const may = useMay('account.replace');
  if (!may || account.origin !== 'file') return null;
  const { name, kind } = account;
  const close = () => setAsked(null);
  const done = () => {
    close();
    void queries.invalidateQueries({ queryKey: accountsQuery.queryKey });
  };
  const verb = kind === 'oauth' ? 'Sign in again' : 'Replace';
  return (
    <>
      <Button icon={<KeyRound aria-hidden />} aria-label={`${verb} ${name}`} onClick={() => setAsked('replace')}>
        {verb}
      </Button>
      <IconButton label={`Remove ${name}`} onClick={() => setAsked('remove')}>
        <Trash2 aria-hidden />
      </IconButton>
      <Dialog
        open={asked === 'replace'}
        label={`Another credential for ${name}`}
        className="mt-[8vh]! max-h-[90vh]!"
        closesOutside={false}
        onClose={close}
      >
        <ReplaceCredential account={account} onClose={close} onDone={done} />
      </Dialog>
      <Dialog open={asked === 'remove'} label={`Remove ${name}?`} onClose={close}>
        <RemoveAccount account={account} onClose={close} onDone={done} />
      </Dialog>
    </>
  );
}
