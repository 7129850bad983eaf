import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ChevronDown, ChevronLeft, ChevronUp } from 'lucide-react';
import type { RequestDetail } from '@nexus/contract';
import { requestQuery } from '../../api/queries.ts';
import { parseRequestFilters } from '../../api/request-filters.ts';
import { PATHS, REQUEST_TABS, type RequestTab } from '../../paths.ts';
import { IconButton } from '../../ui/button.tsx';
import { join } from '../../ui/join.ts';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { AttemptList } from './attempt-list.tsx';
import { BatchLine } from './batch-line.tsx';
import { CacheLine } from './cache-line.tsx';
import { ErrorCause } from './error-cause.tsx';
import { RequestHeader } from './request-header.tsx';
import { RequestTimeline } from './request-timeline.tsx';
import { HeadersTab } from './tabs/headers-tab.tsx';
import { MessagesTab } from './tabs/messages-tab.tsx';
import { RawTab } from './tabs/raw-tab.tsx';
import { TimingTab } from './tabs/timing-tab.tsx';
import { useNeighbours } from './use-neighbours.ts';

const route = getRouteApi('/shell/requests/$requestId');

/** One request: what it was, how its time passed, and what was said. */
export function RequestPage() {
  const { requestId } = route.useParams();
  const search = route.useSearch();
  const { tab = 'messages' } = search;
  const filters = parseRequestFilters(search);
  const { data: detail } = useSuspenseQuery(requestQuery(requestId));
  const neighbours = useNeighbours(detail.request, filters);
  const navigate = useNavigate();

  function openTab(next: RequestTab): void {
    void navigate({ to: '.', search: { ...filters, tab: next }, replace: true });
  }
  function openRequest(id: string | null): void {
    if (id !== null) void navigate({ to: PATHS.request, params: { requestId: id }, search: { ...filters, tab } });
  }
  useHotkeys({
    Escape: () => void navigate({ to: PATHS.requests, search: { ...filters, at: requestId } }),
    '[': () => openRequest(neighbours.newer),
    ']': () => openRequest(neighbours.older),
    1: () => openTab('messages'),
    2: () => openTab('timing'),
    3: () => openTab('headers'),
    4: () => openTab('raw'),
  });

  return (
    <div className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="Request">
      <div className="mx-auto flex max-w-[88rem] flex-col gap-5 px-4 py-4 sm:px-6">
        <div className="flex items-center gap-1">
          <Link
            to={PATHS.requests}
            search={{ ...filters, at: requestId }}
            className="-ml-2 flex h-8 items-center gap-1 rounded-md pr-2.5 pl-1.5 text-sm text-ink-2 hover:bg-hover hover:text-ink"
          >
            <ChevronLeft aria-hidden className="size-4" />
            Requests
          </Link>
          <span className="ml-auto" />
          <IconButton
            label="Newer request ([)"
            disabled={neighbours.newer === null}
            onClick={() => openRequest(neighbours.newer)}
          >
            <ChevronUp aria-hidden />
          </IconButton>
          <IconButton
            label="Older request (])"
            disabled={neighbours.older === null}
            onClick={() => openRequest(neighbours.older)}
          >
            <ChevronDown aria-hidden />
          </IconButton>
        </div>
        <RequestHeader request={detail.request} filters={filters}>
          <ErrorCause code={detail.request.errorCode} detail={detail.errorDetail} />
        </RequestHeader>
        {detail.cache !== null && <CacheLine cache={detail.cache} />}
        {detail.batch !== null && <BatchLine batch={detail.batch} />}
        <RequestTimeline detail={detail} />
        {detail.attempts.length > 0 && (
          <AttemptList attempts={detail.attempts} durationMs={detail.request.durationMs} />
        )}
        <nav aria-label="Parts of the request" className="flex gap-1 overflow-x-auto border-b">
          {REQUEST_TABS.map((name) => (
            <Link
              key={name}
              to="."
              search={{ ...filters, tab: name }}
              replace
              aria-current={name === tab ? 'page' : undefined}
              className={join(
                '-mb-px border-b-2 px-3 py-2 text-sm -outline-offset-2 transition-colors',
                name === tab ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-2 hover:text-ink',
              )}
            >
              {TAB_NAMES[name]}
            </Link>
          ))}
        </nav>
        {/* The key empties what one request left open before the next is drawn. */}
        <TabPanel key={requestId} tab={tab} detail={detail} />
      </div>
    </div>
  );
}

const TAB_NAMES: Record<RequestTab, string> = {
  messages: 'Messages',
  timing: 'Timing',
  headers: 'Headers',
  raw: 'Raw',
};

function TabPanel({ tab, detail }: { readonly tab: RequestTab; readonly detail: RequestDetail }) {
  switch (tab) {
    case 'messages':
      return <MessagesTab detail={detail} />;
    case 'timing':
      return <TimingTab detail={detail} />;
    case 'headers':
      return <HeadersTab detail={detail} />;
    case 'raw':
      return <RawTab detail={detail} />;
    default:
      return tab satisfies never;
  }
}
