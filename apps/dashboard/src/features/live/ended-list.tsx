import { Link } from '@tanstack/react-router';
import type { EndedRequest } from '../../api/live/live-state.ts';
import { PATHS } from '../../paths.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Whose } from '../../ui/whose.tsx';
import { countOf } from '../../words/format-count.ts';
import { formatWholeMs } from '../../words/format-duration.ts';
import { formatAgo, formatExact } from '../../words/format-instant.ts';
import { shortModel } from '../../words/short-model.ts';
import { type Output, toOutput } from './to-output.ts';

/** Requests that ended, the newest first. */
export function EndedList({ ended }: { readonly ended: readonly EndedRequest[] }) {
  const now = useNow(1_000, ended.length > 0);
  return (
    <section aria-labelledby="ended-title" className="flex flex-col gap-2">
      <div className="flex h-8 items-center gap-3">
        <h2 id="ended-title" className="font-semibold">
          Just ended
        </h2>
        <Link to={PATHS.requests} className="ml-auto text-sm font-medium text-accent hover:underline">
          All requests
        </Link>
      </div>
      {ended.length === 0 ? (
        <p className="rounded-lg border border-dashed px-4 py-6 text-sm text-ink-3">Nothing has ended yet.</p>
      ) : (
        <ul className="overflow-hidden rounded-lg border bg-surface text-sm">
          {ended.map((request) => (
            <EndedRow key={request.requestId} request={request} now={now} />
          ))}
        </ul>
      )}
    </section>
  );
}

function EndedRow({ request, now }: { readonly request: EndedRequest; readonly now: number }) {
  const facts = toFacts(request);
  const endedAt = new Date(request.endedAtMs).toISOString();
  return (
    <li className="animate-arrive border-b last:border-b-0">
      <Link
        to={PATHS.request}
        params={{ requestId: request.requestId }}
        className="grid h-10 grid-cols-[6.5rem_minmax(0,1fr)_3.5rem_4rem] items-center gap-x-3 px-3 -outline-offset-2 transition-colors hover:bg-hover @2xl:gap-x-4 @2xl:grid-cols-[7rem_8rem_minmax(0,1fr)_7.5rem_4rem_4.75rem] @5xl:grid-cols-[7rem_7.5rem_minmax(0,1fr)_8rem_7.5rem_4.5rem_5rem]"
      >
        <span>
          {facts.outcome && <StatusBadge outcome={facts.outcome} status={facts.status} errorCode={facts.errorCode} />}
        </span>
        <span className="truncate font-medium">{facts.model === null ? facts.path : shortModel(facts.model)}</span>
        <span className="truncate text-ink-2 @max-2xl:hidden">
          {facts.errorCode !== null && <span className="mr-2 font-mono text-xs text-bad">{facts.errorCode}</span>}
          {facts.preview}
        </span>
        <span className="min-w-0 @max-5xl:hidden">
          <Whose who={facts.userId} project={facts.project} none="" />
        </span>
        <span className="text-right text-ink-2 @max-2xl:hidden">
          <OutputTokens output={toOutput(request)} />
        </span>
        <span className="text-right">{facts.durationMs === null ? '' : formatWholeMs(facts.durationMs)}</span>
        <time dateTime={endedAt} title={formatExact(endedAt)} className="text-right text-ink-3">
          {formatAgo(endedAt, now)}
        </time>
      </Link>
    </li>
  );
}

function OutputTokens({ output }: { readonly output: Output | null }) {
  if (output === null) return null;
  if (!output.isEstimated) return countOf(output.tokens, 'token');
  return (
    <span title={ESTIMATED}>
      <span className="text-ink-3">≈ </span>
      {countOf(output.tokens, 'token')}
    </span>
  );
}

const ESTIMATED = 'Told from the text so far: the final count of Claude never came.';

/** The recorded row knows most; until it is there, the feed's own words do. */
function toFacts({ seen, end, recorded }: EndedRequest) {
  return {
    outcome: recorded?.outcome ?? end?.outcome ?? null,
    status: recorded?.status ?? end?.status ?? null,
    errorCode: recorded?.errorCode ?? recorded?.errorType ?? end?.errorCode ?? null,
    model: recorded?.model ?? seen?.model ?? null,
    path: recorded?.path ?? seen?.path ?? '',
    preview: recorded?.preview ?? '',
    userId: recorded?.userId ?? null,
    project: recorded?.project ?? null,
    durationMs: recorded?.durationMs ?? end?.durationMs ?? null,
  };
}
