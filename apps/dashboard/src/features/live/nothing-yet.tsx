import { Radio } from 'lucide-react';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** The gateway's own address unless it was moved; the dashboard listens beside it. */
const PROXY_PORT = 3000;

/** The first thing a new person sees: what to paste so that something happens. */
export function NothingYet({ waiting }: { readonly waiting: boolean }) {
  const line = `ANTHROPIC_BASE_URL=${location.protocol}//${location.hostname}:${PROXY_PORT} claude`;
  return (
    <Notice icon={<Radio />} title={waiting ? 'Connecting to the live feed' : 'Waiting for the first request'}>
      <p>
        Requests appear here the moment they start, and their tokens tick while Claude answers. Start Claude Code
        through this gateway:
      </p>
      <div className="flex w-full items-center gap-1 rounded-md border bg-sunken py-1 pr-1 pl-3">
        <code className="grow overflow-x-auto font-mono text-sm whitespace-nowrap text-ink">{line}</code>
        <CopyButton what="command" text={line} />
      </div>
      <p>Any other client works too: give it the same base URL. What ended before now is in Requests.</p>
    </Notice>
  );
}
