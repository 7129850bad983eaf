import type { SearchHit } from '@nexus/contract';
import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { MessagesSquare, SearchX } from 'lucide-react';
import { useRef } from 'react';
import { countFilters } from '../../api/list-filters.ts';
import type { FilledSearch } from '../../api/search-filters.ts';
import { searchQuery } from '../../api/search-queries.ts';
import { PATHS } from '../../paths.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useActiveRow } from '../../ui/use-active-row.ts';
import { countOf, formatCount } from '../../words/format-count.ts';
import { formatDay } from '../../words/format-instant.ts';
import { groupHits, type HitGroup } from './group-hits.ts';
import { HitRow } from './hit-row.tsx';
import { SearchProgressLine } from './search-progress-line.tsx';

interface SearchResultsProps {
  readonly filters: FilledSearch;
  /** The hit that one comes back from. */
  readonly at: string | undefined;
}

type List = ReturnType<typeof useSearch>['list'];

/** What was found, neighbours of one conversation together; keys move and open. */
export function SearchResults({ filters, at }: SearchResultsProps) {
  const { list, hits } = useSearch(filters);
  const frame = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const open = async ({ messageId, conversationId, branch, requestId }: SearchHit): Promise<void> => {
    // The list keeps its place in its own address, so that "back" comes back to this hit.
    await navigate({ to: PATHS.search, search: { ...filters, at: messageId }, replace: true });
    // What is no turn stands on no path: its request is where it can be read.
    if (branch === null) await navigate({ to: PATHS.request, params: { requestId } });
    else await navigate({ to: PATHS.conversation, params: { conversationId }, search: { branch, at: requestId } });
  };
  const ids = hits.map(({ messageId }) => messageId);
  const { active, copied } = useActiveRow({
    ids,
    first: at === undefined ? -1 : ids.indexOf(at),
    scrollTo: (index) => frame.current?.querySelectorAll('[data-hit]')[index]?.scrollIntoView({ block: 'nearest' }),
    onOpen: (id) => {
      const hit = hits.find(({ messageId }) => messageId === id);
      if (hit !== undefined) void open(hit);
    },
  });

  if (hits.length === 0) return <NothingFound list={list} filters={filters} />;
  const chosen = ids[active];
  return (
    <div ref={frame} className="min-h-0 grow overflow-y-auto" tabIndex={0} role="region" aria-label="What was found">
      <div className="mx-auto flex max-w-4xl flex-col gap-4 px-4 py-4 sm:px-6">
        <Summary list={list} count={hits.length} />
        {groupHits(hits).map((group) => (
          <Group key={group.key} group={group} filters={filters} chosen={chosen} onOpen={(hit) => void open(hit)} />
        ))}
        <More list={list} />
        <p role="status" className="sr-only">
          {copied !== null && `Copied ${copied}.`}
        </p>
      </div>
    </div>
  );
}

/** All hits that were read so far; the scopes above them ask for the same. */
export function useSearch(filters: FilledSearch) {
  const list = useSuspenseInfiniteQuery(searchQuery(filters));
  return { list, hits: list.data.pages.flatMap((page) => page.hits) };
}

interface GroupProps {
  readonly group: HitGroup;
  readonly filters: FilledSearch;
  readonly chosen: string | undefined;
  readonly onOpen: (hit: SearchHit) => void;
}

function Group({ group, filters, chosen, onOpen }: GroupProps) {
  const { conversationId } = group;
  return (
    <section aria-label={group.title ?? 'A conversation without a title'} className="rounded-lg border bg-surface">
      <h3 className="flex h-9 items-center gap-2 border-b px-4 text-sm">
        <MessagesSquare aria-hidden className="size-3.5 shrink-0 text-ink-3" />
        <Link
          to={PATHS.conversation}
          params={{ conversationId }}
          className="min-w-0 truncate font-medium underline-offset-2 hover:underline"
        >
          {group.title ?? 'Without a title'}
        </Link>
        <span className="ml-auto flex shrink-0 items-center gap-3 text-xs text-ink-3">
          {group.domain}
          {filters.conversationId === undefined && (
            <Link
              to={PATHS.search}
              search={{ ...filters, conversationId }}
              className="underline decoration-line-strong underline-offset-2 hover:text-ink hover:decoration-accent"
            >
              Only here
            </Link>
          )}
        </span>
      </h3>
      <ul>
        {group.hits.map((hit) => (
          <HitRow key={hit.messageId} hit={hit} isActive={hit.messageId === chosen} onOpen={() => onOpen(hit)} />
        ))}
      </ul>
    </section>
  );
}

function Summary({ list, count }: { readonly list: List; readonly count: number }) {
  const [first] = list.data.pages;
  return (
    <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 text-xs text-ink-3">
      <p role="status">
        {countOf(count, 'message')}
        {list.hasNextPage ? ', and there may be more' : ''}
        {first?.mode === 'substring' ? ' that hold these letters' : ''}
      </p>
      <SearchProgressLine progress={first?.progress} />
    </div>
  );
}

/** How far one looked, and the way to look further. */
function More({ list }: { readonly list: List }) {
  const pages = list.data.pages.flatMap((page) => page.searched ?? []);
  const messageCount = pages.reduce((sum, page) => sum + page.messageCount, 0);
  const reachedAt = pages.at(-1)?.reachedAt ?? null;
  return (
    <div className="flex flex-wrap items-center gap-3 text-xs text-ink-3">
      {list.hasNextPage && (
        <Button disabled={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {pages.length === 0 ? 'Show more' : 'Look further back'}
        </Button>
      )}
      <p role="status">
        {list.isFetchingNextPage && 'Looking. '}
        {pages.length > 0 && `Searched the newest ${formatCount(messageCount)} messages`}
        {pages.length > 0 && list.hasNextPage && reachedAt !== null && `, back to ${formatDay(reachedAt)}`}
        {pages.length > 0 && '. '}
        {!list.hasNextPage && 'That is all.'}
      </p>
    </div>
  );
}

function NothingFound({ list, filters }: { readonly list: List; readonly filters: FilledSearch }) {
  const [first] = list.data.pages;
  const { q, mode, ...scopes } = filters;
  return (
    <Notice icon={<SearchX />} title={list.hasNextPage ? 'Nothing found yet' : 'Nobody said that'}>
      {first?.mode === 'words' ? (
        <p>
          Only whole words were looked for. A part of a word, or marks between words, are found by going through the
          messages one after the other.
        </p>
      ) : (
        <p>No message that was looked at holds these letters.</p>
      )}
      {first?.mode === 'substring' && <More list={list} />}
      <div className="flex flex-wrap gap-2">
        {first?.mode === 'words' && (
          <Link to={PATHS.search} search={{ ...filters, mode: 'substring', order: undefined }} className={LINK}>
            Look for parts of words
          </Link>
        )}
        {countFilters(scopes) > 0 && (
          <Link to={PATHS.search} search={{ q, ...(mode === undefined ? {} : { mode }) }} className={LINK}>
            Search everywhere
          </Link>
        )}
      </div>
      <SearchProgressLine progress={first?.progress} />
    </Notice>
  );
}

const LINK =
  'inline-flex h-8 items-center rounded-md border border-line-strong bg-surface px-2.5 text-sm font-medium hover:bg-hover';
