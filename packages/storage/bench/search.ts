/**
 * `bun packages/storage/bench/search.ts [--messages 200000]`: how fast what was said is made searchable, and how long
 * searches take where so much was said. Without arguments a small run. The text is the words of this repository's documents. Up to
 * 20,000 messages are written and read as a gateway does; more are copies of these with other words that are theirs alone.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { cpuUsage } from 'node:process';
import { parseArgs } from 'node:util';
import { parseSearch, type RecordedRequest } from '@nexus/core';
import { ensurePartitions, listConversations, searchParts, searchWords, type Storage } from '../src/index.ts';
import { listCarriers } from '../src/queries/search/list-carriers.ts';
import { fillBatch } from '../src/search/fill-batch.ts';
import { keepSearchMonths } from '../src/search/search-months.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { buildRecord, NOON_MS } from '../test/record.ts';
import { createWriterWorld, type WriterWorld } from '../test/writer-world.ts';

const { values } = parseArgs({ options: { messages: { type: 'string', default: '10000' } } });
const messages = Number(values.messages);
/** A conversation of ten turns is twenty messages. */
const TURNS = 10;
const FILLED_MAX = 20_000;
const conversations = Math.max(1, Math.round(Math.min(messages, FILLED_MAX) / (TURNS * 2)));
const copies = Math.max(0, Math.round(messages / FILLED_MAX) - 1);
const WORDS = readFileSync(path.join(import.meta.dir, '../../../docs/exchange.md'), 'utf8').split(/\s+/);
const SCOPE = { roles: ['user', 'assistant'] } as const;

const world = await createWriterWorld();
const { storage } = world;
await ensurePartitions(storage, NOON_MS);
const written = await write(world);
const months = await keepSearchMonths(storage, { nowMs: NOON_MS, daysMax: 90 });
const filled = await fill(storage);
await copy(storage);
await describeRun(storage);
await world.drop();

/** Copies are conversations of their own, each with words that nobody else says. */
async function copy({ pool }: Storage): Promise<void> {
  const client = await pool.connect();
  await client.query('set statement_timeout = 0');
  for (let at = 1; at <= copies; at += 1) {
    await client.query(
      `insert into message_search
       select md5(payload_id::text || $1)::uuid, month, text_hash, said_at - $1::integer * interval '1 minute', place, request_id,
         started_at, is_answer, domain, role, tools, words || ('''copy' || $1 || right(payload_id::text, 4) || ''':400')::tsvector,
         text_length, codec, data
       from message_search as m
       where payload_id::text like '5ea4c400-%'`,
      [String(at)],
    );
  }
  await client.query('reset statement_timeout');
  await client.query('analyze message_search');
  client.release();
}

async function describeRun(at: Storage): Promise<void> {
  const { rows } = await at.pool.query<{ texts: number; bytes: number; index: number }>(
    `select count(*)::integer as texts,
       (select sum(pg_total_relation_size(c.oid)) from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent in ('message_search'::regclass, 'message_search_slice'::regclass))::bigint as bytes,
       (select sum(pg_relation_size(c.oid)) from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'message_search_words'::regclass)::bigint as index
     from message_search`,
  );
  const { texts = 0, bytes = 0, index = 0 } = rows[0] ?? {};
  console.log(`messages: ${texts}, of ${written} requests`);
  console.log(
    `filled: ${Math.round(texts / (copies + 1) / filled.seconds)} messages/s, ${(filled.cpuMs / written).toFixed(2)} ms of our CPU a request`,
  );
  console.log(`stored: ${(bytes / 1e6).toFixed(0)} MB, ${(index / 1e6).toFixed(0)} MB of it the index of words`);
  console.log(
    `a rare word:            ${await measure(60, (turn) => find(at, `zebra${(turn * 97) % conversations}`))}`,
  );
  console.log(
    `two words:              ${await measure(60, (turn) => find(at, `recorded zebra${turn % conversations}`))}`,
  );
  console.log(`a word that is in most: ${await measure(60, () => find(at, 'the'))}`);
  console.log(`best fit of it:         ${await measure(20, () => find(at, 'the recorded', 'rank'))}`);
  console.log(`part of a word, 20,000: ${await measure(5, async () => void (await findNowhere(at)))}`);
  console.log(`requests of 30 hits:    ${await measure(10, () => carriers(at))}`);
  console.log(`conversations by word:  ${await measure(20, (turn) => list(at, `zebra${turn % conversations}`))}`);
}

/** What a user or Claude says: three hundred words, and one that only this conversation says. */
function toText(conversation: number, at: number): string {
  const from = (conversation * 131 + at * 17) % WORDS.length;
  const words = Array.from({ length: 300 }, (_, index) => WORDS[(from + index * (1 + (at % 7))) % WORDS.length]);
  return `${words.join(' ')} ${at === 0 ? `zebra${conversation}` : `turn${at}of${conversation}`}`;
}

/** Written as the recorder writes, a hundred requests at a time. */
async function write(into: WriterWorld): Promise<number> {
  const writer = into.createWriter();
  let serial = 0;
  for (let conversation = 0; conversation < conversations; conversation += 1) {
    const said: { readonly role: string; readonly content: string }[] = [];
    for (let turn = 0; turn < TURNS; turn += 1) {
      said.push({ role: 'user', content: toText(conversation, turn * 2) });
      const answer = toText(conversation, turn * 2 + 1);
      writer.append(toTurn(serial, { conversation, said, answer }));
      said.push({ role: 'assistant', content: answer });
      serial += 1;
    }
    if (serial % 100 === 0) await into.settled(writer);
  }
  await into.settled(writer);
  return serial;
}

interface Turn {
  readonly conversation: number;
  readonly said: readonly unknown[];
  readonly answer: string;
}

function toTurn(serial: number, { conversation, said, answer }: Turn): RecordedRequest {
  return buildRecord(
    serial,
    {
      startedAtMs: NOON_MS - 10 * 86_400_000 + serial * 20,
      durationMs: 10,
      sessionId: `s${conversation}`,
      conversationId: `5ea4c400-0000-8000-8000-${conversation.toString(16).padStart(12, '0')}`,
      stream: false,
    },
    {
      requestHeaders: [['x-claude-code-session-id', `s${conversation}`]],
      requestBody: Buffer.from(JSON.stringify({ model: 'm', messages: said })),
      responseHeaders: [['content-type', 'application/json']],
      responseBody: Buffer.from(JSON.stringify({ role: 'assistant', content: [{ type: 'text', text: answer }] })),
    },
  );
}

async function fill(at: Storage): Promise<{ seconds: number; cpuMs: number }> {
  const insert = createInsertRows({ prepared: true });
  const before = cpuUsage();
  const startedMs = performance.now();
  for (;;) {
    const batch = await fillBatch({ storage: at, insert, months }, 50);
    if (batch === null || batch.requests > 0) continue;
    const used = cpuUsage(before);
    return { seconds: (performance.now() - startedMs) / 1_000, cpuMs: (used.user + used.system) / 1_000 };
  }
}

async function find(at: Storage, text: string, order: 'time' | 'rank' = 'time') {
  const search = parseSearch(text);
  if (search === null) throw new Error('nothing to look for');
  return searchWords(at, { search, scope: SCOPE, order, limit: 30 });
}

function findNowhere(at: Storage) {
  return searchParts(at, { part: 'nobody says this', scope: SCOPE, limit: 30, messagesMax: 20_000 });
}

async function carriers(at: Storage): Promise<void> {
  await listCarriers(at, (await find(at, 'the')).hits);
}

async function list(at: Storage, text: string): Promise<void> {
  const said = parseSearch(text) ?? undefined;
  await listConversations(at, { text, said, limit: 50 });
}

async function measure(count: number, work: (turn: number) => Promise<unknown>): Promise<string> {
  const spans: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const startedMs = performance.now();
    await work(turn);
    spans.push(performance.now() - startedMs);
  }
  const sorted = spans.toSorted((left, right) => left - right);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)} ms  p95 ${at(0.95)} ms`;
}
