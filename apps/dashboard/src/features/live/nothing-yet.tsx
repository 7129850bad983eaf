import { Radio } from 'lucide-react';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Notice } from '../../ui/notice.tsx';

/** Where the two ports stand unless they were moved. */
const DASHBOARD_PORT = '3001';
const PROXY_PORT = '3000';

/** The first thing a new person sees: what to paste so that something happens. */
export function NothingYet({ waiting }: { readonly waiting: boolean }) {
  // Moved ports are not known here; the gateway printed its own address when it started.
  const port = location.port === DASHBOARD_PORT ? PROXY_PORT : '<PORT>';
  const line = `ANTHROPIC_BASE_URL=${location.protocol}//${location.hostname}:${port} claude`;
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
      <p>Any other client works too: give it the same base URL. What ended before now is in Requests.</p>
    </Notice>
  );
}
