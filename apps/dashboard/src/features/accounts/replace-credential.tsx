import type { AccountSummary } from '@nexus/contract';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { useTask } from '../../ui/use-task.ts';
import { type KeptIn, KeptInField } from './account-fields.tsx';
import { CredentialFields } from './credential-fields.tsx';
import { CREDENTIAL_FORMS, findFormOfKind } from './credential-forms.ts';
import { SignInFlow } from './sign-in-flow.tsx';
import { type Trial, Tried } from './tried.tsx';
import { useCredentialForm } from './use-credential-form.ts';

interface ReplaceCredentialProps {
  readonly account: AccountSummary;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** Another credential for an account; of a login, a new sign-in. What runs now finishes with the old one. */
export function ReplaceCredential({ account, onClose, onDone }: ReplaceCredentialProps) {
  const { accountId, name, kind, domains } = account;
  const isLogin = kind === 'oauth';
  return (
    <div className="flex max-h-[90vh] flex-col gap-3 overflow-y-auto p-5">
      <h2 className="text-lg font-semibold">
        {isLogin ? `Sign in again for ${name}` : `Another credential for ${name}`}
      </h2>
      <p className="text-sm text-ink-2">
        It counts from the next request on; what runs now finishes with the old one. Name, share and upstream stay.
      </p>
      {isLogin ? (
        <SignInFlow
          account={{ accountId, domain: domains[0] ?? 'default' }}
          domains={domains}
          onClose={onClose}
          onDone={onDone}
        />
      ) : (
        <ReplaceByForm account={account} onClose={onClose} onDone={onDone} />
      )}
    </div>
  );
}

const KINDS = CREDENTIAL_FORMS.map(({ type, label }) => ({ value: type, label }));

function ReplaceByForm({ account: { accountId, kind }, onClose, onDone }: ReplaceCredentialProps) {
  const state = useCredentialForm(findFormOfKind(kind));
  const [keptIn, setKeptIn] = useState<KeptIn>('database');
  const [trial, setTrial] = useState<Trial | null>(null);
  const task = useTask(async () => {
    const credential = state.make();
    if (credential === null) return;
    setTrial(null);
    await api.perform('account.replace', { accountId, credential, keptIn });
    // Its upstream is known to the gateway alone, so it is tried where it stands now.
    const told = await api.perform('account.test', { accountId });
    if (told.ok) onDone();
    else setTrial(told);
  });
  return (
    <form
      autoComplete="off"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        task.run();
      }}
    >
      <SelectField
        label="It authenticates with"
        hint={state.form.about}
        value={state.form.type}
        choices={KINDS}
        onChoose={(type) => state.choose(findFormOfKind(type))}
      />
      <CredentialFields {...state} onValue={state.set} />
      <KeptInField value={keptIn} onChoose={setKeptIn} />
      <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-wrap items-center justify-end gap-2 border-t bg-surface px-5 py-4">
        <Tried trial={trial} isTrying={task.isRunning} error={task.error} />
        <Button onClick={trial === null ? onClose : onDone}>{trial === null ? 'Cancel' : 'Leave it so'}</Button>
        <Button type="submit" look="solid" disabled={task.isRunning}>
          {task.isRunning ? 'Replacing' : 'Replace'}
        </Button>
      </div>
    </form>
  );
}
