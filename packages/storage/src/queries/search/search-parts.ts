import { findPartMatches } from '@nexus/core';
import type { Storage } from '../../storage.ts';
import { toMessagesByTime } from './messages-by-time.ts';
import type { SearchScope } from './search-conditions.ts';
import { type SearchCursor, type SearchHit, type SearchPage, toCursor, toHit } from './search-hit.ts';

export interface PartSearchInput {
  /** What the text is to hold, letter by letter; upper and lower case are the same. */
  readonly part: string;
  readonly scope: SearchScope;
  readonly before?: SearchCursor | undefined;
  readonly limit: number;
  /** Messages that are gone through at most. */
  readonly messagesMax: number;
}

export interface PartSearchPage extends SearchPage {
  /** Messages that were gone through, the latest first. */
  readonly messageCount: number;
  /** When the last of them was said (epoch milliseconds); null where there were none. */
  readonly reachedAtMs: number | null;
}

/** Read at once: 32 MB at most, a megabyte as people write. */
const STEP_MESSAGES = 500;

/**
 * Messages that hold a part of a text, one page: goes through them one after the other, the latest first, up to a bound.
 * Where that ends the search before the page is full, `next` goes on from there.
 */
export async function searchParts(storage: Pick<Storage, 'db'>, input: PartSearchInput): Promise<PartSearchPage> {
  const hits: SearchHit[] = [];
  let messageCount = 0;
  let place = input.before;
  for (;;) {
    const limit = Math.min(STEP_MESSAGES, input.messagesMax - messageCount);
    const rows =
      limit <= 0 ? [] : await toMessagesByTime(storage, { scope: input.scope, before: place, limit }).execute();
    for (const row of rows) {
      const hit = toHit(row);
      messageCount += 1;
      place = toCursor(hit);
      if (findPartMatches(hit.text, input.part).length === 0) continue;
      hits.push(hit);
      if (hits.length === input.limit) return toPage(hits, messageCount, place);
    }
    if (rows.length < limit) return { ...toPage(hits, messageCount, place), next: null };
    if (messageCount >= input.messagesMax) return toPage(hits, messageCount, place);
  }
}

function toPage(hits: readonly SearchHit[], messageCount: number, place: SearchCursor | undefined): PartSearchPage {
  return {
    hits,
    next: place ?? null,
    messageCount,
    reachedAtMs: messageCount === 0 ? null : (place?.saidAtMs ?? null),
  };
}
