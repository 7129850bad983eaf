import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Radio } from 'lucide-react';
import { meQuery } from '../../api/queries.ts';
import { PATHS } from '../../paths.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** The first thing a new person sees: what to paste so that something happens. */
export function NothingYet({ waiting }: { readonly waiting: boolean }) {
  // The shell has loaded it; it is missing only for the moment in which a session ends.
  const { data: me } = useQuery(meQuery);
  const keysRequired = me?.keysRequired ?? false;
  const lines = [
    `export ANTHROPIC_BASE_URL=${me?.proxyUrl ?? ''}`,
    ...(keysRequired ? ['export ANTHROPIC_AUTH_TOKEN=nx_live_…'] : []),
    'claude',
  ].join('\n');
  return (
    <Notice icon={<Radio />} title={waiting ? 'Connecting to the live feed' : 'Waiting for a request'}>
      <p>
        Requests appear here the moment they start, and their tokens tick while Claude answers. Start Claude Code
        through this gateway:
      </p>
      <div className="flex w-full items-start gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
        <pre
          tabIndex={0}
          aria-label="Lines to paste"
          className="min-w-0 grow overflow-x-auto py-1 font-mono text-sm text-ink"
        >
          {lines}
        </pre>
        <CopyButton what="lines" text={lines} />
      </div>
      {keysRequired ? (
        <p>
          This gateway lets in who shows a key of it.{' '}
          <Link
            to={PATHS.keys}
            search={{ make: 'key' }}
            className="font-medium text-accent underline underline-offset-2"
          >
            Make a key
          </Link>
          : it comes with these lines, itself in them. Any other client works too, with the same base URL and key.
        </p>
      ) : (
        <p>
          Any other client works too: give it the same base URL. No key is needed here; one of its own tells{' '}
          <Link to={PATHS.keys} className="underline underline-offset-2">
            whose usage
          </Link>{' '}
          it is.
        </p>
      )}
    </Notice>
  );
}
