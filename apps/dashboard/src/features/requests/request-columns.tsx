import type { RequestSummary } from '@nexus/contract';
import { createColumnHelper } from '@tanstack/react-table';
import { useNames } from '../../api/use-names.ts';
import { LIST_FEATURES } from '../../ui/list-table.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Whose } from '../../ui/whose.tsx';
import { formatWholeMs } from '../../words/format-duration.ts';
import { formatAgo, formatClock, formatExact } from '../../words/format-instant.ts';
import { KIND_WORDS } from '../../words/kind-words.ts';
import { shortModel } from '../../words/short-model.ts';
import { CostCell } from './cost-cell.tsx';
import { UsageCell } from './usage-cell.tsx';

const helper = createColumnHelper<typeof LIST_FEATURES, RequestSummary>();

/** One grid for head and rows: on a phone only when, how, what about and how long. What it was about always has room. */
export const COLUMN_GRID =
  'grid items-center gap-x-2.5 px-4 sm:gap-x-4 sm:px-6 ' +
  'grid-cols-[4.25rem_2.75rem_minmax(0,1fr)_4rem] ' +
  '@xl:grid-cols-[4.25rem_6.5rem_7.5rem_minmax(0,1fr)_4.25rem] ' +
  '@3xl:grid-cols-[4.25rem_6.5rem_7.5rem_minmax(0,1fr)_4.25rem_4.5rem] ' +
  '@5xl:grid-cols-[4.25rem_6.5rem_8rem_minmax(0,1fr)_8rem_4.25rem_7rem_4.5rem] ' +
  '@6xl:grid-cols-[4.25rem_6.5rem_8.5rem_minmax(0,1fr)_9.5rem_4.75rem_4.25rem_7rem_4.5rem] ' +
  '@7xl:grid-cols-[9.5rem_6.5rem_9rem_minmax(0,1fr)_10rem_4.75rem_4.25rem_7rem_4.5rem] ' +
  '@min-[100rem]:grid-cols-[9.5rem_7.5rem_11rem_minmax(0,1fr)_13rem_10rem_5rem_5rem_9rem_5rem]';

/** Where each column stands: figures to the right, and what a small screen can do without. */
export const COLUMN_LOOKS: Record<string, string> = {
  model: '@max-xl:hidden',
  whose: '@max-5xl:hidden',
  domain: '@max-[100rem]:hidden',
  firstToken: 'text-right @max-6xl:hidden',
  duration: 'text-right',
  usage: '@max-5xl:hidden',
  cost: 'text-right @max-3xl:hidden',
};

export const REQUEST_COLUMNS = helper.columns([
  helper.accessor('startedAt', {
    id: 'started',
    header: 'Started',
    cell: ({ row }) => <Started iso={row.original.startedAt} />,
  }),
  helper.accessor('outcome', {
    id: 'status',
    header: 'Status',
    cell: ({ row: { original } }) => (
      <StatusBadge
        outcome={original.outcome}
        status={original.status}
        isCell
        errorCode={original.errorCode ?? original.errorType}
      />
    ),
  }),
  helper.accessor('model', {
    id: 'model',
    header: 'Model',
    cell: ({ row: { original } }) =>
      original.model === null ? (
        <span className="block truncate font-mono text-xs text-ink-3">{original.path}</span>
      ) : (
        <span className="block truncate font-medium" title={original.model}>
          {shortModel(original.model)}
        </span>
      ),
  }),
  helper.accessor('preview', {
    id: 'preview',
    header: 'Last words of the user',
    cell: ({ row }) => <Preview request={row.original} />,
  }),
  helper.accessor('userId', {
    id: 'whose',
    header: 'User, project',
    cell: ({ row }) => <RequestWhose request={row.original} />,
  }),
  helper.accessor('domain', {
    id: 'domain',
    header: 'Domain',
    cell: ({ row }) => <span className="block truncate text-ink-2">{row.original.domain}</span>,
  }),
  helper.accessor('firstTokenMs', {
    id: 'firstToken',
    header: 'First token',
    cell: ({ row: { original } }) => (
      <span className="text-ink-2">{original.firstTokenMs === null ? '' : formatWholeMs(original.firstTokenMs)}</span>
    ),
  }),
  helper.accessor('durationMs', {
    id: 'duration',
    header: 'Duration',
    cell: ({ row }) => formatWholeMs(row.original.durationMs),
  }),
  helper.accessor('usage', {
    id: 'usage',
    header: 'Tokens in, out',
    cell: ({ row }) => <UsageCell request={row.original} />,
  }),
  helper.accessor('cost', {
    id: 'cost',
    header: 'Cost',
    cell: ({ row }) => <CostCell cost={row.original.cost} />,
  }),
]);

/** How often "12 s ago" is told anew. */
const CLOCK_MS = 10_000;

function Started({ iso }: { readonly iso: string }) {
  const now = useNow(CLOCK_MS);
  return (
    <time dateTime={iso} title={formatExact(iso)} className="flex gap-2 whitespace-nowrap">
      <span className="@max-7xl:hidden">{formatClock(iso, now)}</span>
      <span className="truncate text-ink-3">{formatAgo(iso, now)}</span>
    </time>
  );
}

/** Who asked, as the caller told; else the key that was shown. */
function RequestWhose({ request: { userId, keyId, project } }: { readonly request: RequestSummary }) {
  const names = useNames();
  return <Whose who={userId ?? (keyId === null ? null : (names.get(keyId) ?? keyId))} project={project} none="–" />;
}

function Preview({ request }: { readonly request: RequestSummary }) {
  const kind = KIND_WORDS[request.kind];
  const wrong = request.errorCode ?? request.errorType;
  return (
    <span className="flex min-w-0 items-center gap-2">
      {request.kind !== 'inference' && (
        <span className="shrink-0 rounded border px-1 text-2xs text-ink-3" title={kind.about}>
          {kind.label}
        </span>
      )}
      {wrong !== null && <span className="max-w-[60%] shrink-0 truncate font-mono text-xs text-bad">{wrong}</span>}
      <span className="truncate text-ink-2" title={request.preview}>
        {request.preview}
      </span>
    </span>
  );
}
