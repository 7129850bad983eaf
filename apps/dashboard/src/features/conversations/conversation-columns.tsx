import type { ConversationSummary } from '@nexus/contract';
import { createColumnHelper } from '@tanstack/react-table';
import { CircleAlert } from 'lucide-react';
import { useNames } from '../../api/use-names.ts';
import { Ago } from '../../ui/ago.tsx';
import { LIST_FEATURES } from '../../ui/list-table.tsx';
import { Whose } from '../../ui/whose.tsx';
import { countOf, formatCount, formatCountShort } from '../../words/format-count.ts';
import { formatCost } from '../../words/format-money.ts';
import { shortModel } from '../../words/short-model.ts';

const helper = createColumnHelper<typeof LIST_FEATURES, ConversationSummary>();

/** One grid for head and rows: on a phone only what it was about, how long, and when. */
export const COLUMN_GRID =
  'grid items-center gap-x-2.5 px-4 sm:gap-x-4 sm:px-6 ' +
  'grid-cols-[minmax(0,1fr)_2.5rem_4.75rem] ' +
  '@xl:grid-cols-[minmax(0,1fr)_2.5rem_4.5rem_4.5rem] ' +
  '@3xl:grid-cols-[minmax(0,1fr)_7.5rem_2.5rem_6rem_4.5rem_4.5rem] ' +
  '@5xl:grid-cols-[minmax(0,1fr)_8rem_7.5rem_2.5rem_4rem_4.75rem_6rem_4.5rem_4.5rem] ' +
  '@7xl:grid-cols-[minmax(0,1fr)_11rem_8rem_9rem_2.5rem_4rem_4.75rem_6rem_4.5rem_4.5rem]';

/** Where each column stands: figures to the right, and what a small screen can do without. */
export const COLUMN_LOOKS: Record<string, string> = {
  whose: '@max-5xl:hidden',
  domain: '@max-7xl:hidden',
  models: '@max-3xl:hidden',
  turns: 'text-right',
  branches: 'text-right @max-5xl:hidden',
  subAgents: 'text-right @max-5xl:hidden',
  tokens: 'text-right @max-3xl:hidden',
  cost: 'text-right @max-xl:hidden',
  last: 'text-right',
};

export const CONVERSATION_COLUMNS = helper.columns([
  helper.accessor('title', {
    id: 'title',
    header: 'Title',
    cell: ({ row }) => <Title conversation={row.original} />,
  }),
  helper.accessor('userIds', {
    id: 'whose',
    header: 'User, project',
    cell: ({ row }) => <ConversationWhose conversation={row.original} />,
  }),
  helper.accessor('domain', {
    id: 'domain',
    header: 'Domain',
    cell: ({ row }) => <span className="block truncate text-ink-2">{row.original.domain}</span>,
  }),
  helper.accessor('modelsUsed', {
    id: 'models',
    header: 'Models',
    cell: ({ row }) => <Models models={row.original.modelsUsed} />,
  }),
  helper.accessor('turnCount', {
    id: 'turns',
    header: 'Turns',
    cell: ({ row: { original } }) => (
      <span title={`${countOf(original.messageCount, 'request')} of every kind`}>
        {formatCount(original.turnCount)}
      </span>
    ),
  }),
  helper.accessor('branchCount', {
    id: 'branches',
    header: 'Branches',
    cell: ({ row: { original } }) => (
      <Few
        count={original.branchCount - original.subtaskBranchCount}
        of={1}
        title={`${countOf(original.userBranchCount, 'fork')}, ${countOf(original.compactBranchCount, 'compaction')}`}
      />
    ),
  }),
  helper.accessor('subtaskBranchCount', {
    id: 'subAgents',
    header: 'Sub-agents',
    cell: ({ row }) => <Few count={row.original.subtaskBranchCount} of={0} />,
  }),
  helper.accessor('totalTokens', {
    id: 'tokens',
    header: 'Tokens in, out',
    cell: ({ row }) => <Tokens conversation={row.original} />,
  }),
  helper.accessor('costNano', {
    id: 'cost',
    header: 'Cost',
    cell: ({ row }) => <Cost conversation={row.original} />,
  }),
  helper.accessor('lastMessageTime', {
    id: 'last',
    header: 'Last active',
    cell: ({ row }) => <Ago iso={row.original.lastMessageTime} />,
  }),
]);

function Title({ conversation: { title, errorCount } }: { readonly conversation: ConversationSummary }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      {errorCount > 0 && (
        <span title={`${countOf(errorCount, 'request')} went wrong`} className="shrink-0 text-bad">
          <CircleAlert aria-hidden className="size-3.5" />
          <span className="sr-only">{countOf(errorCount, 'error')}</span>
        </span>
      )}
      <span
        className={title === null ? 'truncate text-ink-3 italic' : 'truncate font-medium'}
        title={title ?? undefined}
      >
        {title ?? 'Nothing was asked yet'}
      </span>
    </span>
  );
}

function ConversationWhose({
  conversation: { userIds, keyIds, projects },
}: {
  readonly conversation: ConversationSummary;
}) {
  const names = useNames();
  const whos = userIds.length > 0 ? userIds : keyIds.map((keyId) => names.get(keyId) ?? keyId);
  return (
    <Whose who={whos[0] ?? null} moreCount={Math.max(0, whos.length - 1)} project={projects[0] ?? null} none="–" />
  );
}

function Models({ models }: { readonly models: readonly string[] }) {
  const [first, ...rest] = models;
  if (first === undefined) return null;
  return (
    <span className="flex min-w-0 gap-1.5 text-ink-2" title={models.join(', ')}>
      <span className="truncate">{shortModel(first)}</span>
      {rest.length > 0 && <span className="shrink-0 text-ink-3">+{rest.length}</span>}
    </span>
  );
}

/** A count that most rows have alike, and that is worth a look only where it is more. */
function Few({ count, of, title }: { readonly count: number; readonly of: number; readonly title?: string }) {
  return (
    <span className={count > of ? '' : 'text-ink-3'} title={title}>
      {formatCount(count)}
    </span>
  );
}

/** What is not priced is told in words on the number that leaves it out. */
function Cost({ conversation }: { readonly conversation: ConversationSummary }) {
  const { unpricedCount } = conversation;
  const title =
    unpricedCount === 0 ? undefined : `${countOf(unpricedCount, 'request')} without a known price: not in it`;
  return (
    <span className="text-ink-2" title={title}>
      {formatCost(conversation)}
    </span>
  );
}

function Tokens({ conversation }: { readonly conversation: ConversationSummary }) {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens } = conversation;
  const words = [
    `input ${formatCount(inputTokens)}`,
    `cache read ${formatCount(cacheReadTokens)}`,
    `cache write ${formatCount(cacheWriteTokens)}`,
    `output ${formatCount(outputTokens)}`,
  ];
  return (
    <span className="inline-grid grid-cols-[3rem_3rem] text-right" title={words.join(', ')}>
      <span className="text-ink-2">{formatCountShort(inputTokens + cacheReadTokens + cacheWriteTokens)}</span>
      <span>{formatCountShort(outputTokens)}</span>
    </span>
  );
}
