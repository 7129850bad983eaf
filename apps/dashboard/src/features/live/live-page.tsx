import type { RequestSummary } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import type { EndedRequest, LiveState } from '../../api/live/live-state.ts';
import { useLive } from '../../api/live/use-live.ts';
import { endedBeforeQuery } from '../../api/queries.ts';
import { Button } from '../../ui/button.tsx';
import { ListSkeleton } from '../../ui/skeleton.tsx';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { useNow } from '../../ui/use-now.ts';
import { formatAgo } from '../../words/format-instant.ts';
import { EndedList } from './ended-list.tsx';
import { InFlightList } from './in-flight-list.tsx';
import { LiveStrip } from './live-strip.tsx';
import { NothingYet } from './nothing-yet.tsx';
import { TunnelList } from './tunnel-list.tsx';

/** What passes through this gateway right now. */
export function LivePage() {
  const { connection, state } = useLive();
  const [frozen, setFrozen] = useState<LiveState | null>(null);
  const toggle = () => setFrozen((held) => (held === null ? state : null));
  useHotkeys({ p: toggle });
  const shown = frozen ?? state;
  const before = useQuery(endedBeforeQuery);
  const ended = withBefore(shown.ended, before.data?.requests ?? []);
  const quiet = shown.inFlight.length === 0 && ended.length === 0;

  return (
    <div className="flex min-h-0 grow flex-col overflow-y-auto">
      <LiveStrip state={state} />
      {connection === 'lost' && (
        <p role="status" className="border-b bg-warn-soft px-4 py-2 text-sm text-warn sm:px-6">
          The live feed is lost. Exchanges go on; this page comes back by itself and catches up.
        </p>
      )}
      <Gap atMs={shown.gapAtMs} />
      {quiet && before.isPending && <ListSkeleton rows={8} />}
      {quiet && !before.isPending && <NothingYet waiting={connection === 'connecting'} />}
      {!quiet && (
        <div className="@container flex flex-col gap-6 px-4 py-5 sm:px-6">
          <section aria-labelledby="in-flight-title" className="flex flex-col gap-2">
            <div className="flex h-8 items-center gap-3">
              <h2 id="in-flight-title" className="font-semibold">
                In flight
              </h2>
              <span className="text-sm text-ink-3">{shown.inFlight.length}</span>
              <Button
                look="quiet"
                className="ml-auto"
                aria-pressed={frozen !== null}
                icon={frozen === null ? <Pause aria-hidden /> : <Play aria-hidden />}
                onClick={toggle}
              >
                {frozen === null ? 'Pause' : `Paused, ${countNewer(frozen, state)} newer`}
              </Button>
            </div>
            <InFlightList state={shown} frozen={frozen !== null} />
          </section>
          <EndedList ended={ended} />
        </div>
      )}
      <TunnelList />
    </div>
  );
}

/** More than this nobody reads; the list of requests has them all. */
const ENDED_SHOWN_MAX = 60;

/** What ended while one looked, and below it what ended before. */
function withBefore(ended: readonly EndedRequest[], before: readonly RequestSummary[]): readonly EndedRequest[] {
  const known = new Set(ended.map(({ requestId }) => requestId));
  const earlier = before
    .filter(({ requestId }) => !known.has(requestId))
    .map((recorded) => ({
      requestId: recorded.requestId,
      endedAtMs: Date.parse(recorded.startedAt) + recorded.durationMs,
      seen: null,
      end: null,
      recorded,
    }));
  return [...ended, ...earlier].slice(0, ENDED_SHOWN_MAX);
}

/** Says honestly that events were missed, for as long as it matters. */
function Gap({ atMs }: { readonly atMs: number | null }) {
  const now = useNow(5_000, atMs !== null);
  if (atMs === null || now - atMs > GAP_SHOWN_MS) return null;
  return (
    <p role="status" className="border-b bg-warn-soft px-4 py-2 text-sm text-warn sm:px-6">
      This page was away for longer than the feed remembers ({formatAgo(new Date(atMs).toISOString(), now)}). Requests
      that ended meanwhile are in Requests.
    </p>
  );
}

const GAP_SHOWN_MS = 120_000;

function countNewer(frozen: LiveState, state: LiveState): number {
  const known = new Set([...frozen.inFlight, ...frozen.ended].map((request) => request.requestId));
  return [...state.inFlight, ...state.ended].filter((request) => !known.has(request.requestId)).length;
}
