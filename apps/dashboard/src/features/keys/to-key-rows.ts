import type { KeySummary } from '@nexus/contract';
import type { KeyUsage } from '../../api/key-queries.ts';
import type { KeyOrder, KeysPlace } from '../../api/keys-place.ts';
import { isUsable, type KeyState, toKeyState } from '../../words/key-words.ts';

/** One row of the list. */
export interface KeyRow {
  readonly key: KeySummary;
  readonly state: KeyState;
  /** Null where it used nothing in this month and the last seven days, or it is not known yet. */
  readonly usage: KeyUsage | null;
}

interface Sources {
  readonly keys: readonly KeySummary[];
  readonly usage: readonly KeyUsage[];
  readonly now: number;
}

/** The keys that a place asks for, in its order. Those that have no value of the column come last, whichever way it goes. */
export function toKeyRows({ keys, usage, now }: Sources, { text = '', state, sort = '-created' }: KeysPlace): KeyRow[] {
  const used = new Map(usage.map((one) => [one.keyId, one]));
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = keys
    .map((key): KeyRow => ({ key, state: toKeyState(key, now), usage: used.get(key.keyId) ?? null }))
    .filter((row) => state === 'all' || isUsable(row.state) === (state !== 'ended'))
    .filter((row) => words.every((word) => toWords(row.key).includes(word)));
  const isDown = sort.startsWith('-');
  const valueOf = VALUES[toOrder(sort)];
  return rows.sort((a, b) => compare(valueOf(a), valueOf(b), isDown));
}

/** The column of a sort, whichever way it goes. */
export function toOrder(sort: NonNullable<KeysPlace['sort']>): KeyOrder {
  const order = ORDERS.find((one) => one === sort || `-${one}` === sort);
  return order ?? 'created';
}

const VALUES: Record<KeyOrder, (row: KeyRow) => string | number | null> = {
  name: ({ key }) => key.name.toLowerCase(),
  owner: ({ key }) => key.owner?.toLowerCase() ?? null,
  cost: ({ usage }) => usage?.costNano ?? null,
  used: ({ key }) => key.lastUsedAt,
  created: ({ key }) => key.createdAt,
  ends: ({ key }) => key.revokedAt ?? key.expiresAt,
};
const ORDERS: readonly KeyOrder[] = ['name', 'owner', 'cost', 'used', 'created', 'ends'];

function compare(a: string | number | null, b: string | number | null, isDown: boolean): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b === isDown ? 1 : -1;
}

function toWords({ name, owner, project, labels, domain, hint, keyId }: KeySummary): string {
  return [name, owner, project, ...labels, domain, hint, keyId].join(' ').toLowerCase();
}
