import { afterAll, beforeAll, expect, test } from 'bun:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { OPERATIONS, type RequestDetail } from '@nexus/contract';
import { createTestDatabase, type GatewayProcess, startGatewayProcess, type TestDatabase, until } from '@nexus/testkit';

/** What is kept of an answer: far less than what most of these hold. */
const KEPT_BYTES_MAX = 65_536;

/** What the upstream answers with, by the id of the batch. */
const results = new Map<string, (request: Request) => Response>();
let upstream: ReturnType<typeof Bun.serve>;
let database: TestDatabase;
let gateways: GatewayProcess[] = [];
beforeAll(async () => {
  upstream = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    fetch: (request) => {
      const [, id = ''] = /batches\/([^/]+)\/results$/.exec(new URL(request.url).pathname) ?? [];
      return results.get(id)?.(request) ?? new Response('{}', { status: 404 });
    },
  });
  database = await createTestDatabase();
  const start = () =>
    startGatewayProcess({
      upstreamUrl: `http://127.0.0.1:${upstream.port}`,
      databaseUrl: database.url,
      settings: { NEXUS_RESPONSE_BYTES_MAX: `${KEPT_BYTES_MAX}` },
    });
  gateways = [await start(), await start()];
}, 120_000);
afterAll(async () => {
  await Promise.all(gateways.map((gateway) => gateway.remove()));
  await upstream.stop(true);
  await database.drop();
});

function toLine(id: string, model: string, usage: Readonly<Record<string, unknown>>): string {
  const message = { id, type: 'message', role: 'assistant', model, content: [], usage };
  return `${JSON.stringify({ custom_id: id, result: { type: 'succeeded', message } })}\n`;
}

function answer(id: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}): void {
  results.set(id, () => new Response(body, { headers: { 'content-type': 'application/x-jsonl', ...headers } }));
}

async function fetchResults(
  gateway: GatewayProcess | undefined,
  id: string,
): Promise<{ text: string; requestId: string }> {
  if (gateway === undefined) throw new Error('the gateway runs');
  const fetched = await fetch(`${gateway.proxyUrl}/v1/messages/batches/${id}/results`, {
    headers: { 'x-api-key': 'sk-ant-api03-fake', 'anthropic-version': '2023-06-01' },
  });
  const text = await fetched.text().catch(() => '');
  return { text, requestId: fetched.headers.get('x-nexus-request-id') ?? '' };
}

async function detailOf({ requestId }: { readonly requestId: string }): Promise<RequestDetail> {
  return until(`${requestId} is on record`, async () => {
    const found = await gateways[0]?.ask(`/api/requests/${requestId}`).catch(() => null);
    return found === null ? null : OPERATIONS['request.get'].output.parse(found);
  });
}

async function totalOf(model: string) {
  return OPERATIONS['usage.report'].output.parse(await gateways[0]?.ask(`/api/usage?step=all&model=${model}`)).total;
}

const CACHED = {
  input_tokens: 1_000,
  output_tokens: 200,
  cache_read_input_tokens: 4_000,
  cache_creation_input_tokens: 110,
  cache_creation: { ephemeral_5m_input_tokens: 100, ephemeral_1h_input_tokens: 10 },
  service_tier: 'batch',
};

test('results of two models are counted once at half price, from whichever process and however often they are fetched', async () => {
  const errored = `${JSON.stringify({ custom_id: 'x', result: { type: 'errored', error: { type: 'error' } } })}\n`;
  const body = toLine('msg_g1', 'claude-sonnet-4-5', CACHED) + errored + toLine('msg_g2', 'claude-haiku-4-5', CACHED);
  answer('golden', gzipSync(body), { 'content-encoding': 'gzip' });
  const both = await Promise.all([0, 1, 0, 1].map((at) => fetchResults(gateways[at], 'golden')));
  for (const { text } of both) expect(text).toBe(body);
  const details = await Promise.all(both.map(detailOf));
  const read = { succeededCount: 2, unbilledCount: 1, unreadCount: 0, isWhole: true };
  for (const { batch, request } of details) {
    expect(batch).toMatchObject(read);
    expect(request).toMatchObject({ kind: 'batch', usage: null, usageEstimated: false });
  }
  // Input 1,000, output 200, reads 4,000, writes 100 for five minutes and 10 for an hour; half of that.
  const sonnet = (3_000_000 + 3_000_000 + 1_200_000 + 375_000 + 60_000) / 2;
  const counted = details.flatMap(({ batch }) => (batch !== null && batch.countedCount > 0 ? [batch] : []));
  expect(counted).toEqual([
    { ...read, countedCount: 2, totalTokens: 10_620, costNano: sonnet + sonnet / 3, unpricedCount: 0 },
  ]);
  expect(await totalOf('claude-sonnet-4-5')).toMatchObject({
    requestCount: 1,
    inputTokens: 1_000,
    outputTokens: 200,
    cacheReadTokens: 4_000,
    costNano: sonnet,
  });
  expect(await totalOf('claude-haiku-4-5')).toMatchObject({ requestCount: 1, costNano: sonnet / 3 });
}, 60_000);

test('of an answer that was cut the whole lines are counted and the request says so; fetched again, the rest is counted', async () => {
  const lines = [1, 2, 3].map((at) => toLine(`msg_c${at}`, 'claude-opus-4-1', { input_tokens: 10, output_tokens: 1 }));
  const whole = lines.join('');
  const part = whole.slice(0, whole.length - 20);
  answer('cut', part);
  const first = await detailOf(await fetchResults(gateways[0], 'cut'));
  expect(first.batch).toMatchObject({ succeededCount: 2, countedCount: 2, isWhole: false });
  expect(first.request.usageEstimated).toBe(true);
  answer('cut', whole);
  const again = await detailOf(await fetchResults(gateways[1], 'cut'));
  expect(again.batch).toMatchObject({ succeededCount: 3, countedCount: 1, isWhole: true });
  expect(await totalOf('claude-opus-4-1')).toMatchObject({ requestCount: 3, inputTokens: 30, outputTokens: 3 });
}, 60_000);

test('a line that cannot be read is flagged and counted, and errors in the place of results count nothing', async () => {
  answer(
    'odd',
    `{"custom_id":"a","result":{"type":"new"}}\n${toLine('msg_o1', 'claude-opus-4-5', { input_tokens: 7 })}`,
  );
  const odd = await detailOf(await fetchResults(gateways[0], 'odd'));
  expect(odd.batch).toMatchObject({ succeededCount: 1, unreadCount: 1, isWhole: true, countedCount: 1 });
  expect(odd.request.usageEstimated).toBe(true);
  const missing = await detailOf(await fetchResults(gateways[0], 'nowhere'));
  expect([missing.batch, missing.request.usageEstimated]).toEqual([null, false]);
  const page = await fetch(`${gateways[0]?.dashboardUrl}/metrics`, {
    headers: { 'x-dashboard-key': gateways[0]?.dashboardKey ?? '' },
  });
  const text = await page.text();
  expect(text).toMatch(/^nexus_batch_messages_total\{model="claude-opus-4-5"\} 1$/m);
  expect(text).toMatch(/^nexus_tokens_total\{model="claude-opus-4-5",type="input"\} 7$/m);
  expect(text).toMatch(/^nexus_batch_unread_total 2$/m);
}, 60_000);

test('results that were packed, and left by their caller in the middle, are counted once they are fetched again', async () => {
  const text = Array.from({ length: 8_000 }, () => crypto.randomUUID());
  const lines = text.map((said, at) => toLine(`msg_p${at}`, 'claude-haiku-4-6', { input_tokens: 2, said })).join('');
  const packed = zstdCompressSync(lines);
  expect(packed.length).toBeGreaterThan(3 * KEPT_BYTES_MAX);
  const left = new AbortController();
  results.set('left', () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(packed.subarray(0, packed.length / 2)),
      pull: () => new Promise(() => {}),
    });
    return new Response(body, { headers: { 'content-encoding': 'zstd' } });
  });
  const url = `${gateways[0]?.proxyUrl}/v1/messages/batches/left/results`;
  const headers = { 'x-api-key': 'sk-ant-api03-fake', 'anthropic-version': '2023-06-01' };
  const reply = await fetch(url, { headers, signal: left.signal });
  await reply.body?.getReader().read();
  left.abort();
  const first = await detailOf({ requestId: reply.headers.get('x-nexus-request-id') ?? '' });
  expect(first.request.outcome).toBe('aborted');
  expect(first.batch?.isWhole).toBe(false);
  const before = first.batch?.countedCount ?? 0;
  answer('left', packed, { 'content-encoding': 'zstd' });
  const again = await detailOf(await fetchResults(gateways[1], 'left'));
  expect(again.batch).toMatchObject({ succeededCount: 8_000, countedCount: 8_000 - before, isWhole: true });
  expect(again.request).toMatchObject({ payload: 'truncated', usageEstimated: false });
  expect(await totalOf('claude-haiku-4-6')).toMatchObject({ requestCount: 8_000, inputTokens: 16_000 });
}, 60_000);

test('ten thousand results are counted, and the sums are those of the rows', async () => {
  const many = Array.from({ length: 10_000 }, (_, at) => toLine(`msg_m${at}`, 'claude-opus-4-6', { input_tokens: 3 }));
  answer('many', many.join(''));
  const detail = await detailOf(await fetchResults(gateways[0], 'many'));
  expect(detail.batch).toMatchObject({ succeededCount: 10_000, countedCount: 10_000, totalTokens: 30_000 });
  const total = await totalOf('claude-opus-4-6');
  expect(total).toMatchObject({ requestCount: 10_000, inputTokens: 30_000, costNano: 10_000 * 3 * 2_500 });
}, 60_000);
