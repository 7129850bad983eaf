import { useQueryClient } from '@tanstack/react-query';
import { ApiError } from '@nexus/contract';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.ts';
import { NO_LIMITS, toLimitTexts } from '../../rules/read-limits.ts';
import { type Problems, toAnsweredProblems } from '../../rules/to-problems.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Problem } from '../../ui/problem.tsx';
import { useTask } from '../../ui/use-task.ts';
import { KeyFormFields } from './key-form-fields.tsx';
import { type MadeSecret, SecretOnce } from './secret-once.tsx';
import { type KeyArguments, type KeyForm, toKeyArguments } from './to-key-arguments.ts';

const EMPTY: KeyForm = {
  name: '',
  owner: '',
  project: '',
  domain: '',
  labels: '',
  scopes: new Set(['proxy']),
  ending: { kind: 'never' },
  limits: toLimitTexts(NO_LIMITS),
};

/** Makes a key: first whose and what for, then the key itself, once. */
export function NewKeyDialog({ onClose }: { readonly onClose: () => void }) {
  const [made, setMade] = useState<MadeSecret | null>(null);
  return (
    <Dialog
      open
      label="New key"
      closesOutside={false}
      className="mt-[6vh]! max-h-[88vh]! overflow-y-auto!"
      onClose={onClose}
    >
      {made === null ? <Form onMade={setMade} onClose={onClose} /> : <SecretOnce made={made} onClose={onClose} />}
    </Dialog>
  );
}

interface FormProps {
  readonly onMade: (made: MadeSecret) => void;
  readonly onClose: () => void;
}

function Form({ onMade, onClose }: FormProps) {
  const [form, setForm] = useState(EMPTY);
  const [problems, setProblems] = useState<Problems>({});
  const making = useMaking(onMade);
  const answered = toAnsweredProblems(making.error, FIELDS);
  const [tried, setTried] = useState('');
  // Another name, or another domain, is asked about anew.
  const isTaken = isKeyThere(making.error) && tried === toWhatIsTaken(form);
  function submit(event: FormEvent): void {
    event.preventDefault();
    const said = toKeyArguments(form, Date.now());
    setProblems(said.kind === 'wrong' ? said.problems : {});
    if (said.kind !== 'key') return;
    setTried(toWhatIsTaken(form));
    making.run(isTaken ? { ...said.key, allowSameName: true } : said.key);
  }
  return (
    <form noValidate onSubmit={submit} className="flex flex-col gap-3 p-5">
      <h2 className="text-lg font-semibold">New key</h2>
      <KeyFormFields form={form} problems={{ ...answered, ...problems }} onForm={setForm} />
      {making.error !== null && answered === null && <Problem>It was not made: {making.error.message}</Problem>}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="solid" disabled={making.isRunning}>
          {making.isRunning ? 'Making the key' : isTaken ? 'Make a second one' : 'Make the key'}
        </Button>
      </div>
    </form>
  );
}

function isKeyThere(error: Error | null): boolean {
  return error instanceof ApiError && error.code === 'key-exists';
}

function toWhatIsTaken({ name, domain }: KeyForm): string {
  return `${name.trim()} ${domain.trim()}`;
}

const FIELDS = ['name', 'owner', 'project', 'domain', 'labels', 'scopes', 'expiresAt'];

function useMaking(onMade: FormProps['onMade']) {
  const queries = useQueryClient();
  return useTask(async (key: KeyArguments) => {
    const { name, key: secret } = await api.perform('key.create', key);
    onMade({ name, secret, scopes: key.scopes ?? ['proxy'], before: null });
    await queries.invalidateQueries({ queryKey: ['keys'] });
  });
}
