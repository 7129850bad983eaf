import type { InFlightRequest } from '@nexus/contract';
import { elapsedMs, type LiveState } from '../../api/live/live-state.ts';
import { Badge } from '../../ui/badge.tsx';
import { join } from '../../ui/join.ts';
import { useNow } from '../../ui/use-now.ts';
import { formatBytes } from '../../words/format-bytes.ts';
import { formatCount } from '../../words/format-count.ts';
import { formatDuration, formatElapsed } from '../../words/format-duration.ts';
import type { Tone } from '../../words/outcome-words.ts';
import { shortModel } from '../../words/short-model.ts';
import { toStage } from './stage.ts';

/** An exchange waits this long for its first token before the wait stands out. */
const SLOW_FIRST_TOKEN_MS = 15_000;

const COLUMNS =
  'grid grid-cols-[5rem_minmax(0,1fr)_4rem_4rem] @2xl:grid-cols-[6rem_minmax(0,1fr)_5rem_6.5rem_5rem] @5xl:grid-cols-[6.5rem_minmax(0,1.2fr)_minmax(0,1fr)_minmax(0,1.2fr)_5.5rem_6rem_7rem_5.5rem] items-center gap-x-3 px-3 @2xl:gap-x-4';

/** Requests while they stream; the clock and the tokens tick. */
export function InFlightList({ state, frozen }: { readonly state: LiveState; readonly frozen: boolean }) {
  const now = useNow(100, state.inFlight.length > 0 && !frozen);
  if (state.inFlight.length === 0) {
    return (
      <p className="rounded-lg border border-dashed px-4 py-6 text-sm text-ink-3">
        Nothing is in flight at this moment.
      </p>
    );
  }
  return (
    <div role="table" aria-label="Requests in flight" className="overflow-hidden rounded-lg border bg-surface text-sm">
      <div role="row" className={join(COLUMNS, 'h-8 border-b text-xs text-ink-3')}>
        <span role="columnheader">State</span>
        <span role="columnheader">Model</span>
        <span role="columnheader" className="@max-5xl:hidden">
          Domain
        </span>
        <span role="columnheader" className="@max-5xl:hidden">
          Path
        </span>
        <span role="columnheader" className="text-right @max-5xl:hidden">
          Sent
        </span>
        <span role="columnheader" className="text-right @max-2xl:hidden">
          First token
        </span>
        <span role="columnheader" className="text-right">
          <span className="@2xl:hidden">Tokens</span>
          <span className="@max-2xl:hidden">Output tokens</span>
        </span>
        <span role="columnheader" className="text-right">
          Elapsed
        </span>
      </div>
      {state.inFlight.map((request) => (
        <InFlightRow key={request.requestId} request={request} elapsed={elapsedMs(request, state, now)} />
      ))}
    </div>
  );
}

const STAGE_TONES: Record<ReturnType<typeof toStage>, Tone> = {
  Waiting: 'plain',
  Answering: 'live',
  Streaming: 'live',
  Failing: 'bad',
};

function InFlightRow({ request, elapsed }: { readonly request: InFlightRequest; readonly elapsed: number }) {
  const stage = toStage(request);
  const slow = request.firstTokenMs === null && elapsed > SLOW_FIRST_TOKEN_MS;
  return (
    <div
      role="row"
      className={join(COLUMNS, 'h-10 animate-arrive border-b last:border-b-0')}
      data-request-id={request.requestId}
    >
      <span role="cell">
        <Badge tone={STAGE_TONES[stage]}>{stage}</Badge>
      </span>
      <span role="cell" className="truncate font-medium" title={request.model ?? undefined}>
        {request.model === null ? <span className="font-normal text-ink-3">no model</span> : shortModel(request.model)}
      </span>
      <span role="cell" className="truncate text-ink-2 @max-5xl:hidden">
        {request.domain}
      </span>
      <span role="cell" className="truncate font-mono text-xs text-ink-2 @max-5xl:hidden">
        {request.method === 'POST' ? request.path : `${request.method} ${request.path}`}
      </span>
      <span role="cell" className="text-right text-ink-2 @max-5xl:hidden">
        {formatBytes(request.requestBytes)}
      </span>
      <span role="cell" className={join('text-right @max-2xl:hidden', slow ? 'text-warn' : 'text-ink-2')}>
        {request.firstTokenMs === null ? 'waiting' : formatDuration(request.firstTokenMs)}
      </span>
      <span
        role="cell"
        className="text-right font-medium"
        title={request.outputTokensEstimated ? 'Told from the text so far; Claude counts at the end.' : undefined}
      >
        {request.outputTokensEstimated && request.outputTokens > 0 && <span className="text-ink-3">≈ </span>}
        {formatCount(request.outputTokens)}
      </span>
      <span role="cell" className="text-right font-medium">
        {formatElapsed(elapsed)}
      </span>
    </div>
  );
}
