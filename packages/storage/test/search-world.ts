import { parseSearch, type RecordedRequest, type RequestFacts, type Search } from '@nexus/core';
import type { Storage } from '../src/index.ts';
import type { SearchScope } from '../src/queries/search/search-conditions.ts';
import type { SearchHit } from '../src/queries/search/search-hit.ts';
import { searchWords } from '../src/queries/search/search-words.ts';
import { type PartSearchPage, searchParts } from '../src/queries/search/search-parts.ts';
import { fillBatch } from '../src/search/fill-batch.ts';
import { keepSearchMonths } from '../src/search/search-months.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { buildRecord, NOON_MS } from './record.ts';

/** A request that sent `messages` and was answered with the blocks of `answer`. */
export function buildSaid(
  serial: number,
  said: {
    readonly messages: readonly unknown[];
    readonly answer?: readonly unknown[];
    readonly system?: unknown;
    readonly facts?: Partial<RequestFacts>;
  },
): RecordedRequest {
  const { messages, answer, system, facts = {} } = said;
  const body = { model: 'claude-sonnet-4-5', ...(system === undefined ? {} : { system }), messages };
  return buildRecord(
    serial,
    { sessionId: 'one', stream: false, durationMs: 500, ...facts },
    {
      requestBody: Buffer.from(JSON.stringify(body)),
      responseHeaders: [['content-type', 'application/json']],
      responseBody: answer === undefined ? null : Buffer.from(JSON.stringify({ role: 'assistant', content: answer })),
    },
  );
}

export interface FilledSearch {
  readonly requests: number;
  readonly unreadable: readonly string[];
}

/** Reads everything that waits, as the filler does, and gives how much that was. */
export async function fillSearch(
  storage: Storage,
  options: { daysMax?: number; batch?: number } = {},
): Promise<FilledSearch> {
  const { daysMax = 90, batch = 50 } = options;
  const months = await keepSearchMonths(storage, { nowMs: NOON_MS, daysMax });
  const insert = createInsertRows({ prepared: true });
  let requests = 0;
  const unreadable: string[] = [];
  for (;;) {
    const filled = await fillBatch({ storage, insert, months }, batch);
    if (filled === null) continue;
    if (filled.requests === 0) return { requests, unreadable };
    requests += filled.requests;
    unreadable.push(...filled.unreadable);
  }
}

export const ask = (text: string) => ({ role: 'user', content: text });
export const answer = (text: string) => ({ role: 'assistant', content: say(text) });
export const say = (text: string) => [{ type: 'text', text }];

/** Facts of a conversation apart from all others: own session, own payload, own domain. */
export function apart(name: string, serial: number) {
  const tail = `${serial}`.padStart(12, '0');
  return { sessionId: name, conversationId: `5ea4c400-0000-8000-8000-${tail}`, domain: `${name}.example` };
}

export function toSearch(text: string): Search {
  const search = parseSearch(text);
  if (search === null) throw new Error(`nothing to look for in ${text}`);
  return search;
}

const SPOKEN = { roles: ['user', 'assistant'] } as const;

export async function findWords(
  storage: Storage,
  text: string,
  scope: Partial<SearchScope> = {},
): Promise<readonly SearchHit[]> {
  const search = toSearch(text);
  const page = await searchWords(storage, { search, scope: { ...SPOKEN, ...scope }, order: 'time', limit: 50 });
  return page.hits;
}

export function findPart(storage: Storage, part: string, scope: Partial<SearchScope> = {}): Promise<PartSearchPage> {
  return searchParts(storage, { part, scope: { ...SPOKEN, ...scope }, limit: 50, messagesMax: 1_000 });
}
