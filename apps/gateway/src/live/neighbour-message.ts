import { InFlightRequest, LiveEvent } from '@nexus/contract';

/** What one process tells the others. `token` names the one that tells. */
export type NeighbourMessage =
  /** Somebody watches there. */
  | { readonly kind: 'watching'; readonly token: string }
  | { readonly kind: 'events'; readonly token: string; readonly events: readonly LiveEvent[] }
  /** All that is in flight there. */
  | { readonly kind: 'in-flight'; readonly token: string; readonly requests: readonly InFlightRequest[] };

export const WATCHING = 'watching';

/** Some 100 KB. */
const EVENTS_MAX = 256;
/** The latest of more: an overview of so many is 1 MB. */
const IN_FLIGHT_MAX = 2_000;

/** Texts of bounded length, in order: a word, a token, and JSON, so that what nobody needs is not parsed. */
export function toMessages(
  kind: 'events' | 'in-flight',
  token: string,
  things: readonly (LiveEvent | InFlightRequest)[],
): string[] {
  if (kind === 'in-flight') return [`${kind} ${token} ${JSON.stringify(things.slice(-IN_FLIGHT_MAX))}`];
  const texts: string[] = [];
  for (let at = 0; at < things.length; at += EVENTS_MAX) {
    texts.push(`${kind} ${token} ${JSON.stringify(things.slice(at, at + EVENTS_MAX))}`);
  }
  return texts;
}

/** Null for what is not needed, or is of another version; of events, those that are known. */
export function parseMessage(text: string, { isNeeded }: { readonly isNeeded: boolean }): NeighbourMessage | null {
  const [, kind, token = '', json = ''] = /^(\S+) ([a-z0-9]+)(?: (.*))?$/s.exec(text) ?? [];
  if (kind === WATCHING) return { kind: 'watching', token };
  if (!isNeeded || (kind !== 'events' && kind !== 'in-flight')) return null;
  const things = parseList(json);
  if (kind === 'events') return { kind, token, events: things.flatMap((each) => LiveEvent.safeParse(each).data ?? []) };
  return { kind, token, requests: things.flatMap((each) => InFlightRequest.safeParse(each).data ?? []) };
}

function parseList(json: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(json);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
