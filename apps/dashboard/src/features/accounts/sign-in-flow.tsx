import type { OperationOutput } from '@nexus/contract';
import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { TextField } from '../../ui/field.tsx';
import { Problem } from '../../ui/problem.tsx';
import { useTask } from '../../ui/use-task.ts';
import { type NamedAccount, NameFields, toNamedAccount } from './account-fields.tsx';
import type { FormValues } from './to-credential.ts';

interface SignInFlowProps {
  /** The account that signs in again; absent for a new one. */
  readonly account?: NamedAccount;
  readonly domains: readonly string[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** A login in two steps: a page to open, and the code that it shows. */
export function SignInFlow({ account, domains, onClose, onDone }: SignInFlowProps) {
  const [others, setOthers] = useState<FormValues>({ domain: 'default' });
  const [problems, setProblems] = useState<FormValues>({});
  const [link, setLink] = useState<OperationOutput<'account.authorize'> | null>(null);
  const [code, setCode] = useState('');

  const begin = useTask(async () => {
    const { problems: found } = toNamedAccount(others);
    setProblems(account === undefined ? found : {});
    if (account === undefined && Object.keys(found).length > 0) return;
    setLink(await api.perform('account.authorize', {}));
  });
  const finish = useTask(async () => {
    if (link === null) return;
    const { state, verifier } = link;
    const named = account ?? toNamedAccount(others).named;
    await api.perform('account.login', { ...named, code: code.trim(), state, verifier });
    onDone();
  });
  const error = finish.error ?? begin.error;

  return (
    <form
      autoComplete="off"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (link === null) begin.run();
        else finish.run();
      }}
    >
      {account === undefined && (
        <NameFields
          values={others}
          problems={problems}
          domains={domains}
          onValue={(name, value) => setOthers((before) => ({ ...before, [name]: value }))}
        />
      )}
      {link !== null && <TheirPage url={link.url} code={code} onCode={setCode} />}
      {error !== null && <Problem>{error.message}</Problem>}
      <div className="flex justify-end gap-2 border-t pt-4">
        <Button onClick={onClose}>Cancel</Button>
        {link === null ? (
          <Button type="submit" look="solid" disabled={begin.isRunning}>
            Get the link
          </Button>
        ) : (
          <Button type="submit" look="solid" disabled={finish.isRunning || code.trim() === ''}>
            {finish.isRunning ? 'Signing in' : 'Sign in'}
          </Button>
        )}
      </div>
    </form>
  );
}

interface TheirPageProps {
  readonly url: string;
  readonly code: string;
  readonly onCode: (code: string) => void;
}

function TheirPage({ url, code, onCode }: TheirPageProps) {
  return (
    <ol className="flex list-decimal flex-col gap-3 pl-5 text-sm text-ink-2 marker:text-ink-3">
      <li>
        Open this page and allow the login. A link is good for minutes.
        <div className="mt-1.5 flex items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
          <a
            href={url}
            target="_blank"
            rel="noreferrer"
            className="flex min-w-0 grow items-center gap-1.5 font-medium text-accent hover:underline"
          >
            <ExternalLink aria-hidden className="size-3.5 shrink-0" />
            <span className="truncate">{url}</span>
          </a>
          <CopyButton text={url} what="the link" />
        </div>
      </li>
      <li>
        <TextField
          label="The code that it shows"
          hint="As it stands there, with what is behind #."
          value={code}
          onText={onCode}
        />
      </li>
    </ol>
  );
}
