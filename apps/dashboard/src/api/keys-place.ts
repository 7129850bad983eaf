import { parseChoice } from './parse-choice.ts';
import { withoutGaps } from './without-gaps.ts';

/** Which keys are listed; without one, those that let somebody in. */
export const KEY_SETS = ['ended', 'all'] as const;
export type KeySet = (typeof KEY_SETS)[number];

/** What the list can be in the order of. */
export const KEY_ORDERS = ['name', 'owner', 'cost', 'used', 'created', 'ends'] as const;
export type KeyOrder = (typeof KEY_ORDERS)[number];

/** What the keys room shows; the query of its address, and nothing else, holds it. */
export interface KeysPlace {
  /** Words that a key is found by: its name, owner, project, labels, domain, first characters. */
  readonly text?: string | undefined;
  readonly state?: KeySet | undefined;
  /** A column, with `-` before it for the other direction. Without one: the newest first. */
  readonly sort?: KeyOrder | `-${KeyOrder}` | undefined;
  /** Whether a new key is being made. */
  readonly make?: 'key' | undefined;
}

const SORTS = KEY_ORDERS.flatMap((order) => [order, `-${order}`] as const);

/**
 * The place that an address names.
 * @throws {InvalidFilter} naming what is wrong: it is said, never dropped in silence.
 */
export function parseKeysPlace(search: Readonly<Record<string, unknown>>): KeysPlace {
  const { text } = search;
  return withoutGaps({
    text: typeof text === 'string' && text !== '' ? text : undefined,
    state: parseChoice('state', search, KEY_SETS),
    sort: parseChoice('sort', search, SORTS),
    make: parseChoice('make', search, ['key']),
  });
}
