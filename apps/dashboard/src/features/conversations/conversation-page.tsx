import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowDownToLine, MessagesSquare, X } from 'lucide-react';
import { type ComponentProps, lazy, Suspense, useMemo, useRef } from 'react';
import { type ConversationPane, CONVERSATION_PANES, PATHS } from '../../paths.ts';
import { join } from '../../ui/join.ts';
import { Notice } from '../../ui/notice.tsx';
import { ListSkeleton } from '../../ui/skeleton.tsx';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { countOf, formatCount } from '../../words/format-count.ts';
import { ConversationHeader } from './conversation-header.tsx';
import { toOutline } from './outline/to-outline.ts';
import type { PathRow } from './transcript/to-path-rows.ts';
import { type TranscriptHandle, TranscriptPane } from './transcript/transcript-pane.tsx';
import { useConversation } from './use-conversation.ts';

const LazyOutlinePane = lazy(() =>
  import('./outline/outline-pane.tsx').then((module) => ({ default: module.OutlinePane })),
);
const LazyTreePane = lazy(() => import('./tree/tree-pane.tsx').then((module) => ({ default: module.TreePane })));
const DiffPane = lazy(() => import('./diff/diff-pane.tsx').then((module) => ({ default: module.DiffPane })));
const route = getRouteApi('/shell/conversations/$conversationId');

/** One conversation: what was asked, what was said along one way through it, and the tree of all ways. */
export function ConversationPage() {
  const { conversationId } = route.useParams();
  const place = route.useSearch();
  const navigate = route.useNavigate();
  const transcript = useRef<TranscriptHandle>(null);
  const { found, branch = '', tree, messages, rows, nodes, forks } = useConversation(conversationId, place.branch);
  const outline = useMemo(() => toOutline(rows, { nodes, branches: found.branches }), [rows, nodes, found.branches]);
  const { pane = 'transcript', at, from, to } = place;

  function go(changed: Partial<typeof place>): void {
    void navigate({ search: (before) => ({ ...before, ...changed }) });
  }
  function show(row: number): void {
    // On a phone the transcript is not there yet: it comes with the place in the address.
    const entry = rows[row];
    const requestId = entry?.type === 'message' ? entry.message.requestId : entry?.requestId;
    if (from !== undefined || transcript.current === null || pane !== 'transcript') {
      go({ at: requestId, from: undefined, to: undefined, pane: pane === 'tree' ? 'tree' : undefined });
    }
    transcript.current?.scrollTo(row);
  }
  function compare(other: string): void {
    const [one, two] = [branch, other].map((name) => found.branches.find((known) => known.branch === name));
    go({ from: one?.lastRequestId, to: two?.lastRequestId });
  }
  useHotkeys({
    Escape: () => {
      if (from !== undefined) go({ from: undefined, to: undefined });
      else void navigate({ to: PATHS.conversations, search: { at: conversationId } });
    },
    1: () => go({ pane: undefined }),
    2: () => go({ pane: 'outline' }),
    3: () => go({ pane: 'tree' }),
    e: () => rows.length > 0 && show(toLatest(rows)),
  });

  if (found.branches.length === 0) return <NoTurns found={found} />;
  return (
    <div className="flex min-h-0 grow flex-col">
      <ConversationHeader
        found={found}
        branch={branch}
        onBranch={(next) => go({ branch: next, at: undefined, from: undefined, to: undefined })}
        onCompare={compare}
      />
      <PaneTabs pane={pane} onLatest={rows.length === 0 ? undefined : () => show(toLatest(rows))} />
      {tree.data?.isBeginningGone === true && <BeginningGone />}
      {from !== undefined && (
        <Comparing isWhole={to !== undefined} onEnd={() => go({ from: undefined, to: undefined })} />
      )}
      <div className="flex min-h-0 grow">
        <aside
          aria-label={pane === 'tree' ? 'Tree of the conversation' : 'Outline of the conversation'}
          className={join(
            'min-h-0 flex-col max-lg:grow lg:border-r lg:flex lg:w-80 xl:w-96 lg:shrink-0',
            pane === 'transcript' ? 'hidden' : 'flex',
            // Two sides beside each other want the width; the tree stays, to choose others from.
            to !== undefined && pane !== 'tree' && 'lg:hidden!',
          )}
        >
          {pane === 'tree' ? (
            tree.data === undefined ? (
              <Waiting error={tree.error} />
            ) : (
              <TreePane
                nodes={tree.data.nodes}
                isCut={tree.data.isCut}
                branch={branch}
                at={at}
                onPick={(node) => go({ branch: node.branch ?? branch, at: node.requestId, from, to: undefined })}
              />
            )
          ) : messages.data === undefined ? (
            <Waiting error={messages.error} />
          ) : (
            <OutlinePane items={outline} onShow={show} />
          )}
        </aside>
        <div className={join('min-h-0 min-w-0 grow flex-col', pane === 'transcript' ? 'flex' : 'hidden lg:flex')}>
          {from !== undefined && to !== undefined ? (
            <Suspense fallback={<ListSkeleton rows={8} />}>
              <DiffPane conversationId={conversationId} from={from} to={to} />
            </Suspense>
          ) : messages.data === undefined ? (
            <Waiting error={messages.error} />
          ) : (
            <TranscriptPane
              // Another branch is another list: its heights and what was unfolded begin anew.
              key={branch}
              ref={transcript}
              rows={rows}
              nodes={nodes}
              forks={forks}
              at={at}
              compareFrom={from}
              end={toEnd(messages)}
            />
          )}
        </div>
      </div>
    </div>
  );
}

/** Says what old age took. */
function BeginningGone() {
  return (
    <p role="status" className="shrink-0 border-b bg-sunken px-4 py-1.5 text-sm text-ink-2 sm:px-6">
      Requests of its beginning are no longer kept. What was said in them is here as far as later ones repeat it.
    </p>
  );
}

/** The outline and the tree come behind the transcript, which is what most come to see. */
function OutlinePane(props: ComponentProps<typeof LazyOutlinePane>) {
  return (
    <Suspense fallback={<ListSkeleton rows={8} />}>
      <LazyOutlinePane {...props} />
    </Suspense>
  );
}

function TreePane(props: ComponentProps<typeof LazyTreePane>) {
  return (
    <Suspense fallback={<ListSkeleton rows={8} />}>
      <LazyTreePane {...props} />
    </Suspense>
  );
}

/** An error is the page's: the boundary above says what to check. */
function Waiting({ error }: { readonly error: Error | null }) {
  if (error !== null) throw error;
  return <ListSkeleton rows={10} />;
}

const PANE_NAMES: Record<ConversationPane, string> = { transcript: 'Transcript', outline: 'Outline', tree: 'Tree' };

interface PaneTabsProps {
  readonly pane: ConversationPane;
  /** Absent while there is nothing to go to. */
  readonly onLatest: (() => void) | undefined;
}

/** What stands beside the transcript; on a phone, what is on screen at all. */
function PaneTabs({ pane, onLatest }: PaneTabsProps) {
  return (
    <nav aria-label="Parts of the conversation" className="flex shrink-0 items-center gap-1 border-b px-3 sm:px-5">
      {CONVERSATION_PANES.map((name) => {
        const isOutlineBeside = name === 'outline' && pane === 'transcript';
        return (
          <Link
            key={name}
            to="."
            search={(place) => ({ ...place, pane: name === 'transcript' ? undefined : name })}
            replace
            aria-current={name === pane ? 'page' : undefined}
            className={join(
              '-mb-px border-b-2 px-3 py-2 text-sm -outline-offset-2 transition-colors',
              name === 'transcript' && 'lg:hidden',
              name === pane ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-2 hover:text-ink',
              isOutlineBeside && 'lg:border-accent lg:font-medium lg:text-ink',
            )}
          >
            {PANE_NAMES[name]}
          </Link>
        );
      })}
      {onLatest && (
        <button
          type="button"
          title="To the latest answer (E)"
          onClick={onLatest}
          className="ml-auto flex h-7 items-center gap-1.5 rounded-md px-2 text-sm text-ink-2 hover:bg-hover hover:text-ink"
        >
          <ArrowDownToLine aria-hidden className="size-3.5" />
          Latest answer
        </button>
      )}
    </nav>
  );
}

/** The last answer of the path; its last message where it ends with a question. */
function toLatest(rows: readonly PathRow[]): number {
  const answer = rows.findLastIndex((row) => row.type === 'message' && row.turn.role === 'assistant');
  return answer === -1 ? rows.length - 1 : answer;
}

function Comparing({ isWhole, onEnd }: { readonly isWhole: boolean; readonly onEnd: () => void }) {
  return (
    <p role="status" className="flex shrink-0 items-center gap-3 border-b bg-accent-soft px-4 py-1.5 text-sm sm:px-6">
      {isWhole ? 'Comparing two requests.' : 'One side is chosen. Open another message’s request to compare with it.'}
      <button
        type="button"
        onClick={onEnd}
        className="ml-auto flex h-7 items-center gap-1 rounded-md px-2 font-medium text-accent hover:underline"
      >
        <X aria-hidden className="size-3.5" />
        End
      </button>
    </p>
  );
}

function toEnd({ data, hasNextPage }: ReturnType<typeof useConversation>['messages']): string {
  const last = data?.pages.at(-1);
  if (hasNextPage) return `Loading ${formatCount(last?.messageCount ?? 0)} messages`;
  const unread = last?.unreadRequestIds.length ?? 0;
  const missing = unread === 0 ? '' : ` The words of ${countOf(unread, 'request')} were not kept.`;
  return `That is all: ${countOf(last?.messageCount ?? 0, 'message')}, each once.${missing}`;
}

function NoTurns({ found }: Pick<ReturnType<typeof useConversation>, 'found'>) {
  const { conversation } = found;
  return (
    <Notice icon={<MessagesSquare />} title="This conversation has no turns">
      <p>
        Only what is no turn belongs to it (titles, probes, token counts, bodies that could not be read):{' '}
        {countOf(conversation.messageCount, 'request')}.
      </p>
      <Link
        to={PATHS.requests}
        search={{ conversationId: conversation.conversationId }}
        className="font-medium text-accent underline underline-offset-2"
      >
        Show its requests
      </Link>
    </Notice>
  );
}
