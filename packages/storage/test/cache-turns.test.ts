import { afterAll, beforeAll, beforeEach, expect, test } from 'bun:test';
import { foldUsage } from '@nexus/anthropic';
import { CLAUDE_PRICES, type RecordedRequest, type RequestFacts, toRecordedCost } from '@nexus/core';
import { createPromptCache, type PromptCache, until } from '@nexus/testkit';
import { createSilentLogger } from '@nexus/telemetry';
import { judgeBatch } from '../src/cache/judge-batch.ts';
import { createLoadPrompt } from '../src/cache/load-prompt.ts';
import { checkCache, createCacheJudge, repriceUsage } from '../src/index.ts';
import { buildRecord, NOON_MS } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
let cache: PromptCache;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());
beforeEach(async () => {
  cache = createPromptCache({ minimumTokens: 512 });
  for (const table of ['cache_turn', 'cache_hour', 'cache_day', 'cache_queue']) {
    await world.storage.pool.query(`delete from ${table}`);
  }
});

interface Sent {
  readonly atMs: number;
  readonly texts: readonly string[];
  readonly tools?: readonly string[];
  readonly system?: string;
  readonly facts?: Partial<RequestFacts>;
}

let serial = 0;
const LONG = 'Be careful with every word of this. '.repeat(80);
const MODEL = 'claude-opus-5-5';

/** A turn that the simulated cache has counted. */
function send({ atMs, texts, tools = ['Bash', 'Read'], system = LONG, facts = {} }: Sent): RecordedRequest {
  serial += 1;
  const body = {
    model: MODEL,
    tools: tools.map((name) => ({ name, input_schema: { type: 'object' } })),
    system: [{ type: 'text', text: system, cache_control: { type: 'ephemeral' } }],
    messages: texts.map((text, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text, ...(at === texts.length - 1 ? { cache_control: { type: 'ephemeral' } } : {}) }],
    })),
  };
  const account = facts.accountId ?? 'account-a';
  const usage = foldUsage(null, cache.ask(body, { account, atMs, answeredAtMs: atMs + 210 }));
  const priced = { usage, model: MODEL, modelServed: MODEL, startedAtMs: atMs };
  return buildRecord(
    serial,
    { ...priced, accountId: account, cost: toRecordedCost(CLAUDE_PRICES, priced), ...facts },
    { requestBody: Buffer.from(JSON.stringify(body)), responseBody: null },
  );
}

async function record(...records: readonly RecordedRequest[]): Promise<void> {
  const writer = world.createWriter();
  for (const one of records) writer.append(one);
  await writer.flush();
  await world.settled(writer);
  await writer.close(5_000);
}

async function judge(): Promise<void> {
  const judgeWorld = { storage: world.storage, prices: CLAUDE_PRICES, loadPrompt: createLoadPrompt(world.storage) };
  while ((await judgeBatch(judgeWorld, 3)) !== 0);
}

async function listTurns(): Promise<unknown[]> {
  const found = await world.storage.pool.query(
    `select verdict, detail, lost_tokens, lost_nano from cache_turn order by started_at, request_id`,
  );
  return found.rows.map(({ verdict, detail, lost_tokens: tokens, lost_nano: nano }) => [verdict, detail, tokens, nano]);
}

async function listSums(table: string): Promise<unknown[]> {
  const found = await world.storage.pool.query(
    `select verdict, turn_count, lost_tokens, lost_nano from ${table} where turn_count <> 0 order by verdict`,
  );
  return found.rows.map((row) => [row.verdict, row.turn_count, row.lost_tokens, row.lost_nano]);
}

const SESSION = { sessionId: 'cache-session' };

/** A conversation in which each turn does something else to the cache. */
function talk(name: string): RecordedRequest[] {
  const facts = { ...SESSION, sessionId: name };
  const said = [`We begin ${name}.`, 'Yes.', 'Go on.', 'Done.', 'And now?', 'Right.', 'More.', 'Fine.', 'Last.'];
  const minute = 60_000;
  return [
    send({ atMs: NOON_MS, texts: said.slice(0, 1), facts }),
    send({ atMs: NOON_MS + minute, texts: said.slice(0, 3), facts }),
    send({ atMs: NOON_MS + 2 * minute, texts: said.slice(0, 5), tools: ['Bash', 'Edit', 'Read'], facts }),
    send({ atMs: NOON_MS + 20 * minute, texts: said.slice(0, 7), tools: ['Bash', 'Edit', 'Read'], facts }),
    send({ atMs: NOON_MS + 21 * minute, texts: said, tools: ['Bash', 'Edit', 'Read'], facts }),
  ];
}

test('each turn says what the cache did for it, and what a miss cost; sums by hour and day are theirs', async () => {
  await record(...talk('one'));
  await judge();
  const turns = await listTurns();
  expect(turns).toEqual([
    ['first-turn', {}, 0, 0],
    ['warm', {}, 0, 0],
    ['tools-changed', { change: 'added', tool: 'Edit' }, expect.any(Number), expect.any(Number)],
    ['expired', { ttl: '5m', gapMs: 18 * 60_000 - 210 }, expect.any(Number), expect.any(Number)],
    ['warm', {}, 0, 0],
  ]);
  const lost = await world.storage.pool.query<{ lost_tokens: number; lost_nano: number; readable_tokens: number }>(
    `select lost_tokens, lost_nano, readable_tokens from cache_turn where lost_tokens > 0 order by started_at`,
  );
  // Opus 5.5: written for five minutes at $5 a million instead of read at $0.20.
  for (const row of lost.rows) expect(row.lost_nano).toBe(row.lost_tokens * 4_800);
  for (const row of lost.rows) expect(row.lost_tokens).toBe(row.readable_tokens);
  const sums = [
    ['expired', 1, lost.rows[1]?.lost_tokens, lost.rows[1]?.lost_nano],
    ['first-turn', 1, 0, 0],
    ['tools-changed', 1, lost.rows[0]?.lost_tokens, lost.rows[0]?.lost_nano],
    ['warm', 2, 0, 0],
  ];
  expect(await listSums('cache_hour')).toEqual(sums);
  expect(await listSums('cache_day')).toEqual(sums);
});

test('looking again changes nothing, and nothing waits any more', async () => {
  await record(...talk('two'));
  await judge();
  const before = [await listTurns(), await listSums('cache_hour')];
  await world.storage.pool.query(
    `insert into cache_queue
     select account_id, request_id, started_at, now()
     from cache_turn`,
  );
  await judge();
  expect([await listTurns(), await listSums('cache_hour')]).toEqual(before);
  const { rows } = await world.storage.pool.query('select * from cache_queue');
  expect(rows).toEqual([]);
});

test('a turn that was recorded before its parent is judged anew when the parent comes', async () => {
  const [first, second, third] = talk('three');
  if (!first || !second || !third) throw new Error('a talk has three turns');
  await record(first, third);
  await judge();
  expect((await listTurns()).at(-1)).toEqual(['tools-changed', { change: 'added', tool: 'Edit' }, 767, 767 * 4_800]);
  await record(second);
  await judge();
  const turns = await listTurns();
  expect(turns.map((turn) => Array.isArray(turn) && turn[0])).toEqual(['first-turn', 'warm', 'tools-changed']);
  const parents = await world.storage.pool.query<{ parent_request_id: string | null }>(
    'select parent_request_id from cache_turn order by started_at',
  );
  expect(parents.rows.map((row) => row.parent_request_id)).toEqual([
    null,
    first.facts.requestId,
    second.facts.requestId,
  ]);
  expect((await checkCache(world.storage, { repair: false })).wrong).toEqual([]);
});

test('a turn on another account is put down to that', async () => {
  const texts = ['We begin four.', 'Yes.', 'Go on.'];
  const facts = { ...SESSION, sessionId: 'four' };
  await record(
    send({ atMs: NOON_MS, texts: texts.slice(0, 1), facts }),
    send({ atMs: NOON_MS + 30_000, texts, facts: { ...facts, accountId: 'account-b' } }),
  );
  await judge();
  expect((await listTurns()).at(-1)).toEqual([
    'account-changed',
    { from: 'account-a', to: 'account-b' },
    expect.any(Number),
    expect.any(Number),
  ]);
});

test('a turn whose parent failed is compared with the last one that was answered', async () => {
  const texts = ['We begin five.', 'Yes.', 'Go on.', 'Hm.', 'What now?'];
  const facts = { ...SESSION, sessionId: 'five' };
  const failed = { usage: null, cost: null, outcome: 'upstream-error' as const, status: 529 };
  await record(
    send({ atMs: NOON_MS, texts: texts.slice(0, 1), facts }),
    send({ atMs: NOON_MS + 30_000, texts: texts.slice(0, 3), facts: { ...facts, ...failed } }),
    send({ atMs: NOON_MS + 60_000, texts: texts.slice(0, 3), facts }),
  );
  await judge();
  expect((await listTurns()).map((turn) => Array.isArray(turn) && turn[0])).toEqual(['first-turn', 'warm']);
});

test('sums that went wrong are found, and made anew from the turns', async () => {
  await record(...talk('six'));
  await judge();
  expect((await checkCache(world.storage, { repair: false })).wrong).toEqual([]);
  await world.storage.pool.query(`update cache_day set lost_nano = lost_nano + 1 where verdict = 'expired'`);
  await world.storage.pool.query(`delete from cache_hour where verdict = 'warm'`);
  const found = await checkCache(world.storage, { repair: true });
  expect(found.wrong).toMatchObject([
    { wrongSums: { cache_hour: 1, cache_day: 1 }, isSurplus: false, isRepaired: true },
  ]);
  expect((await checkCache(world.storage, { repair: false })).wrong).toEqual([]);
});

test('other prices change what was lost, and the sums with it', async () => {
  await record(...talk('seven'));
  await judge();
  const rows = CLAUDE_PRICES.rows.map((row) => ({
    ...row,
    rates: { ...row.rates, cacheWrite5m: row.rates.cacheRead + 1_000 },
  }));
  await repriceUsage(world.storage, {
    prices: { ...CLAUDE_PRICES, version: 'dearer', rows },
    fromMs: NOON_MS,
    toMs: NOON_MS,
    dryRun: false,
  });
  const lost = await world.storage.pool.query<{ lost_tokens: number; lost_nano: number }>(
    'select lost_tokens, lost_nano from cache_turn where lost_tokens > 0',
  );
  expect(lost.rows.length).toBe(2);
  for (const row of lost.rows) expect(row.lost_nano).toBe(row.lost_tokens * 1_000);
  expect((await checkCache(world.storage, { repair: false })).wrong).toEqual([]);
});

function openJudge() {
  return createCacheJudge({
    connection: world.connection,
    prepared: true,
    prices: CLAUDE_PRICES,
    isBusy: () => false,
    log: createSilentLogger(),
  });
}

test('behind recording, one loop looks at what was written', async () => {
  const judging = openJudge();
  await record(...talk('eight'));
  judging.wake();
  await until('all turns are judged', async () => ((await listTurns()).length === 5 ? true : null));
  await judging.close(5_000);
});

test('a tool whose name no database takes is told of all the same', async () => {
  const texts = ['We begin nine.', 'Yes.', 'Go on.'];
  const facts = { sessionId: 'nine' };
  await record(
    send({ atMs: NOON_MS, texts: texts.slice(0, 1), facts }),
    send({ atMs: NOON_MS + 30_000, texts, tools: ['\0odd\ud800', 'Bash', 'Read'], facts }),
  );
  await judge();
  expect((await listTurns()).at(-1)).toEqual([
    'tools-changed',
    { change: 'added', tool: '\ufffdodd\ufffd' },
    expect.any(Number),
    expect.any(Number),
  ]);
});

test('turns of a month that was recorded before there was room for it are judged', async () => {
  await record(...talk('ten'));
  await world.storage.pool.query('drop table cache_turn_2026_11');
  const judging = openJudge();
  await until('all turns are judged', async () => ((await listTurns()).length === 5 ? true : null), 10_000);
  await judging.close(5_000);
});
