import { ApiError } from '@nexus/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { meQuery } from '../../api/queries.ts';
import { signIn } from '../../api/session.ts';
import { Mark } from '../../shell/mark.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';

const route = getRouteApi('/sign-in');

/** How to get in: by a one-time link, which the gateway itself confirms, or by the dashboard key. */
export function SignInPage() {
  const { next } = route.useSearch();
  const router = useRouter();
  const queries = useQueryClient();
  const session = useMutation({
    mutationFn: signIn,
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: meQuery.queryKey });
      router.history.replace(next ?? '/');
    },
  });
  return (
    <main className="flex min-h-dvh items-center justify-center p-4">
      <div className="flex w-full max-w-md flex-col gap-6 rounded-xl border bg-surface p-7 sm:p-8">
        <div className="flex items-center gap-3">
          <Mark className="size-8" />
          <span className="text-lg font-semibold tracking-tight">Claude Nexus</span>
        </div>
        {session.error && <Problem error={session.error} />}
        <LinkHelp />
        <KeyForm pending={session.isPending} onKey={(key) => session.mutate({ key })} />
      </div>
    </main>
  );
}

function Problem({ error }: { readonly error: Error }) {
  const wrongKey = error instanceof ApiError && error.status === 401;
  return (
    <div role="alert" className="rounded-md bg-bad-soft px-3.5 py-2.5 text-sm text-bad">
      {wrongKey ? 'This is not the dashboard key.' : error.message}
    </div>
  );
}

const SIGN_IN_COMMAND = 'npx -y bun@1.4.5 nexus sign-in';

function LinkHelp() {
  return (
    <section className="flex flex-col gap-2.5">
      <h1 className="text-lg font-semibold">Sign in</h1>
      <p className="text-ink-2">
        Claude Nexus prints a sign-in link when it starts for the first time. Each link works once. For a new one, run
        this where Claude Nexus is installed:
      </p>
      <div className="flex items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
        <code className="grow truncate font-mono text-sm">{SIGN_IN_COMMAND}</code>
        <CopyButton what="command" text={SIGN_IN_COMMAND} />
      </div>
    </section>
  );
}

function KeyForm({ pending, onKey }: { readonly pending: boolean; readonly onKey: (key: string) => void }) {
  const [key, setKey] = useState('');
  function submit(event: FormEvent): void {
    event.preventDefault();
    if (key !== '') onKey(key);
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-2 border-t pt-5">
      <label htmlFor="key" className="text-sm text-ink-2">
        Or use the dashboard key, if the operator has set one
      </label>
      <div className="flex gap-2">
        <input
          id="key"
          type="password"
          autoComplete="current-password"
          placeholder="DASHBOARD_API_KEY"
          value={key}
          onChange={(event) => setKey(event.target.value)}
          className="h-9 min-w-0 grow rounded-md border border-line-strong bg-surface px-3 font-mono text-sm placeholder:text-ink-3"
        />
        <Button type="submit" look="solid" className="h-9" disabled={pending || key === ''}>
          Sign in
        </Button>
      </div>
    </form>
  );
}
