import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { KeyRound, Plus, SearchX } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { keysQuery, keyUsageQuery } from '../../api/key-queries.ts';
import { KEY_ORDERS, type KeyOrder, type KeysPlace } from '../../api/keys-place.ts';
import { meQuery } from '../../api/queries.ts';
import { useMay } from '../../api/use-may.ts';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { useNow } from '../../ui/use-now.ts';
import { KeysBar } from './keys-bar.tsx';
import { KeysTable } from './keys-table.tsx';
import { toKeyRows, toOrder } from './to-key-rows.ts';

const NewKeyDialog = lazy(() => import('./new-key-dialog.tsx').then((module) => ({ default: module.NewKeyDialog })));

const route = getRouteApi('/shell/keys');
/** A key that ends while one looks moves to the other list. */
const CLOCK_MS = 10_000;
/** Columns whose largest is what one looks for. */
const DOWN_FIRST: ReadonlySet<KeyOrder> = new Set(['cost', 'used', 'created']);

/** What clients show to be let in: every key with whose it is, how it is, and what it used. */
export function KeysPage() {
  const { at, make: making, ...place } = route.useSearch();
  const navigate = route.useNavigate();
  const { keys } = useSuspenseQuery(keysQuery).data;
  const usage = useQuery(keyUsageQuery).data?.keys ?? [];
  const now = useNow(CLOCK_MS);
  const may = useMay('key.create');
  const rows = toKeyRows({ keys, usage, now }, place);
  const sort = place.sort ?? '-created';
  // Each letter of a search is no page of its own to go back to.
  const set = (next: KeysPlace) => void navigate({ search: next, replace: next.text !== place.text });
  const make = may ? () => void navigate({ search: { ...place, make: 'key' } }) : undefined;
  useHotkeys(make === undefined ? {} : { n: make });
  function turn(column: string): void {
    const order = KEY_ORDERS.find((one) => one === column);
    if (order === undefined) return;
    const isDown = toOrder(sort) === order ? !sort.startsWith('-') : DOWN_FIRST.has(order);
    set({ ...place, sort: isDown ? `-${order}` : order });
  }
  return (
    <div className="flex min-h-0 grow flex-col">
      {keys.length > 0 && <KeysBar place={place} shown={rows.length} onPlace={set} onNew={make} />}
      {keys.length === 0 && <NoKeys onNew={make} />}
      {keys.length > 0 && rows.length === 0 && <NoneSo place={place} onPlace={set} />}
      {rows.length > 0 && (
        <KeysTable
          // Another order is another list: the row one was at is elsewhere in it.
          key={`${sort} ${place.state ?? ''}`}
          rows={rows}
          place={place}
          at={at}
          sort={{ column: toOrder(sort), isDown: sort.startsWith('-'), columns: SORTED, onSort: turn }}
        />
      )}
      {may && making === 'key' && (
        <Suspense>
          <NewKeyDialog onClose={() => void navigate({ search: place, replace: true })} />
        </Suspense>
      )}
    </div>
  );
}

const SORTED: ReadonlySet<string> = new Set(KEY_ORDERS);

function NoKeys({ onNew }: { readonly onNew: (() => void) | undefined }) {
  const keysRequired = useQuery(meQuery).data?.keysRequired ?? false;
  return (
    <Notice icon={<KeyRound />} title="There are no keys yet">
      <p>
        A key lets a client in and says whose it is: usage, limits and budgets go by it.{' '}
        {keysRequired
          ? 'This gateway lets nobody in without one.'
          : 'As long as this gateway listens on loopback, clients need none; as soon as it is reached from elsewhere, they do.'}
      </p>
      {onNew === undefined ? (
        <p>You may look at keys, but not make any: that takes the scope “write”.</p>
      ) : (
        <Button look="solid" icon={<Plus aria-hidden />} onClick={onNew}>
          New key
        </Button>
      )}
    </Notice>
  );
}

interface NoneSoProps {
  readonly place: KeysPlace;
  readonly onPlace: (place: KeysPlace) => void;
}

function NoneSo({ place: { text, state, sort }, onPlace }: NoneSoProps) {
  const kept = sort === undefined ? {} : { sort };
  return (
    <Notice icon={<SearchX />} title={state === 'ended' ? 'No key has ended' : 'No key is like this'}>
      {text !== undefined && <p>No name, owner, project, label, domain or beginning of a key says “{text}”.</p>}
      {text === undefined && state === undefined && <p>Every key has expired or was revoked.</p>}
      <Button onClick={() => onPlace({ ...kept, state: 'all' })}>Show all keys</Button>
    </Notice>
  );
}
