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
  const line = `ANTHROPIC_BASE_URL=${me?.proxyUrl ?? ''} claude`;
  return (
    <Notice icon={<Radio />} title={waiting ? 'Connecting to the live feed' : 'Waiting for a request'}>
      <p>
        Requests appear here the moment they start, and their tokens tick while Claude answers. Start Claude Code
        through this gateway:
      </p>
      <div className="flex w-full items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
        <code className="grow overflow-x-auto font-mono text-sm whitespace-nowrap text-ink">{line}</code>
        <CopyButton what="command" text={line} />
      </div>
      <p>
        Any other client works too: give it the same base URL. Where keys are required,{' '}
        <Link to={PATHS.keys} className="underline underline-offset-2">
          make one
        </Link>
        : it comes with the lines to paste. What ended before now is in Requests.
      </p>
    </Notice>
  );
}
