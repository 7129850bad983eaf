import { createColumnHelper } from '@tanstack/react-table';
import { Ago } from '../../ui/ago.tsx';
import { Badge } from '../../ui/badge.tsx';
import { LIST_FEATURES } from '../../ui/list-table.tsx';
import { Sparkline } from '../../ui/plot/sparkline.tsx';
import { useNow } from '../../ui/use-now.ts';
import { Whose } from '../../ui/whose.tsx';
import { formatDay, formatExact } from '../../words/format-instant.ts';
import { formatCost } from '../../words/format-money.ts';
import { KEY_SCOPE_WORDS, toKeyStateWords } from '../../words/key-words.ts';
import type { KeyRow } from './to-key-rows.ts';

const helper = createColumnHelper<typeof LIST_FEATURES, KeyRow>();

/** One grid for head and rows: on a phone only what it is, when it was used and how it is. */
export const COLUMN_GRID =
  'grid items-center gap-x-2.5 px-4 sm:gap-x-4 sm:px-6 ' +
  'grid-cols-[minmax(0,1fr)_4.5rem_5.5rem] ' +
  '@xl:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_4.75rem_4.75rem_6rem] ' +
  '@5xl:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_6rem_5rem_5.5rem_5.75rem_6rem] ' +
  '@min-[96rem]:grid-cols-[minmax(0,1.3fr)_minmax(0,1fr)_minmax(0,0.8fr)_minmax(0,0.8fr)_8rem_6rem_6rem_7rem_7rem_7rem]';

export const COLUMN_LOOKS: Record<string, string> = {
  owner: '@max-xl:hidden',
  domain: '@max-[96rem]:hidden',
  scopes: '@max-[96rem]:hidden',
  week: '@max-5xl:hidden',
  cost: 'text-right @max-xl:hidden',
  used: 'text-right',
  created: 'text-right @max-5xl:hidden',
  ends: 'text-right @max-[96rem]:hidden',
  state: '',
};

export const KEY_COLUMNS = helper.columns([
  helper.accessor((row) => row.key.name, {
    id: 'name',
    header: 'Key',
    cell: ({ row }) => <Name row={row.original} />,
  }),
  helper.accessor((row) => row.key.owner, {
    id: 'owner',
    header: 'Owner, project',
    cell: ({ row: { original } }) => <Whose who={original.key.owner} project={original.key.project} none="nobody" />,
  }),
  helper.accessor((row) => row.key.domain, {
    id: 'domain',
    header: 'Domain',
    cell: ({ row }) => <Quiet text={row.original.key.domain} none="every domain" />,
  }),
  helper.accessor((row) => row.key.scopes, {
    id: 'scopes',
    header: 'May do',
    cell: ({ row }) => (
      <Quiet text={row.original.key.scopes.map((scope) => KEY_SCOPE_WORDS[scope].label).join(', ')} none="" />
    ),
  }),
  helper.accessor((row) => row.usage, {
    id: 'week',
    header: '7 days',
    cell: ({ row }) => <Week row={row.original} />,
  }),
  helper.accessor((row) => row.usage?.costNano ?? 0, {
    id: 'cost',
    header: 'This month',
    cell: ({ row }) => <Cost row={row.original} />,
  }),
  helper.accessor((row) => row.key.lastUsedAt, {
    id: 'used',
    header: 'Last used',
    cell: ({ row: { original } }) =>
      original.key.lastUsedAt === null ? (
        <span className="text-ink-3">never</span>
      ) : (
        <Ago iso={original.key.lastUsedAt} />
      ),
  }),
  helper.accessor((row) => row.key.createdAt, {
    id: 'created',
    header: 'Created',
    cell: ({ row }) => <Day iso={row.original.key.createdAt} />,
  }),
  helper.accessor((row) => row.key.expiresAt, {
    id: 'ends',
    header: 'Ends',
    cell: ({ row: { original } }) =>
      original.key.expiresAt === null ? (
        <span className="text-ink-3">never</span>
      ) : (
        <Day iso={original.key.expiresAt} />
      ),
  }),
  helper.accessor((row) => row.state.kind, {
    id: 'state',
    header: 'State',
    cell: ({ row }) => <State row={row.original} />,
  }),
]);

function Name({ row: { key } }: { readonly row: KeyRow }) {
  return (
    <span className="flex min-w-0 items-baseline gap-2">
      <span className="truncate font-medium" title={key.name}>
        {key.name}
      </span>
      <span className="shrink-0 font-mono text-xs text-ink-3 @max-6xl:hidden">{key.hint}…</span>
      {key.labels.map((label) => (
        // A label gives way before the name does.
        <span key={label} className="min-w-5 shrink-9 truncate rounded border px-1 text-2xs text-ink-3 @max-6xl:hidden">
          {label}
        </span>
      ))}
    </span>
  );
}

function Quiet({ text, none }: { readonly text: string | null; readonly none: string }) {
  return (
    <span className="block truncate text-ink-2" title={text ?? undefined}>
      {text ?? <span className="text-ink-3">{none}</span>}
    </span>
  );
}

/** The shape of its cost day by day; of its requests where nothing has a price. */
function Week({ row: { usage } }: { readonly row: KeyRow }) {
  if (usage === null) return null;
  const cost = usage.costNanoByDay;
  const values = cost.some((nano) => nano > 0) ? cost : usage.requestsByDay;
  return values.some((value) => value > 0) ? <Sparkline values={values} className="h-5 w-full" /> : null;
}

function Cost({ row: { usage } }: { readonly row: KeyRow }) {
  return usage === null || usage.requestCount === 0 ? <span className="text-ink-3">–</span> : formatCost(usage);
}

function Day({ iso }: { readonly iso: string }) {
  return (
    <time dateTime={iso} title={formatExact(iso)} className="text-ink-2">
      {formatDay(iso)}
    </time>
  );
}

/** How often "ends in 5 h" is told anew. */
const CLOCK_MS = 10_000;

function State({ row: { state } }: { readonly row: KeyRow }) {
  const words = toKeyStateWords(state, useNow(CLOCK_MS));
  return (
    <Badge tone={words.tone} title={words.about}>
      {words.label}
    </Badge>
  );
}
