import type { NewCredential } from '@nexus/contract';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { useTask } from '../../ui/use-task.ts';
import { type KeptIn, KeptInField, NameFields, OptionFields, toNamedAccount } from './account-fields.tsx';
import { AdvancedFields } from './advanced-fields.tsx';
import { CredentialFields } from './credential-fields.tsx';
import type { CredentialForm } from './credential-forms.ts';
import { type AccountOptions, toAccountOptions } from './to-account-options.ts';
import type { FormValues } from './to-credential.ts';
import { Tried, type Trial } from './tried.tsx';
import { useCredentialForm } from './use-credential-form.ts';

interface AddByFormProps {
  readonly form: CredentialForm;
  readonly domains: readonly string[];
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

/** An account whose credential is made of fields: it is tried before it is kept. */
export function AddByForm({ form, domains, onClose, onAdded }: AddByFormProps) {
  const state = useCredentialForm(form);
  const [others, setOthers] = useState<FormValues>({
    domain: 'default',
    ...(form.upstream ? { baseUrl: form.upstream } : {}),
  });
  const [keptIn, setKeptIn] = useState<KeptIn>('database');
  const [trial, setTrial] = useState<Trial | null>(null);

  async function tryIt(credential: NewCredential, { upstream }: AccountOptions): Promise<Trial> {
    const told = await api.perform('account.try', { credential, ...(upstream === undefined ? {} : { upstream }) });
    setTrial(told);
    return told;
  }

  const task = useTask(async (how: 'try' | 'try-and-add' | 'add') => {
    const { named, problems } = toNamedAccount(others);
    const { options, problems: wrong } = toAccountOptions(others, form);
    const credential = state.make(how === 'try' ? wrong : { ...problems, ...wrong });
    if (credential === null) return;
    if (how !== 'add' && (!(await tryIt(credential, options)).ok || how === 'try')) return;
    await api.perform('account.add', { ...named, ...options, credential, keptIn });
    onAdded();
  });

  function change(name: string, value: string): void {
    setTrial(null);
    state.set(name, value);
  }

  function changeOther(name: string, value: string): void {
    setTrial(null);
    // Solves the problem that was told of this field, too.
    state.set(name, value);
    setOthers((before) => ({ ...before, [name]: value }));
  }

  return (
    <form
      autoComplete="off"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        task.run('try-and-add');
      }}
    >
      <NameFields values={others} problems={state.problems} onValue={changeOther} domains={domains} />
      <CredentialFields {...state} onValue={change} />
      <OptionFields form={form} values={others} problems={state.problems} onValue={changeOther} />
      <AdvancedFields values={others} problems={state.problems} onValue={changeOther} />
      <KeptInField value={keptIn} onChoose={setKeptIn} />
      <div className="sticky -bottom-5 -mx-5 -mb-5 flex flex-wrap items-center justify-end gap-2 border-t bg-surface px-5 py-4">
        <Tried trial={trial} isTrying={task.isRunning} error={task.error} />
        <Button onClick={onClose}>Cancel</Button>
        <Button disabled={task.isRunning} onClick={() => task.run('try')}>
          Test
        </Button>
        {trial?.ok === false && (
          <Button disabled={task.isRunning} onClick={() => task.run('add')}>
            Add it all the same
          </Button>
        )}
        <Button type="submit" look="solid" disabled={task.isRunning}>
          Test and add
        </Button>
      </div>
    </form>
  );
}
