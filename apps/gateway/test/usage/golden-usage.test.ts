import { afterAll, beforeAll, expect, test } from 'bun:test';
import { constants, gunzipSync, gzipSync } from 'node:zlib';
import { OPERATIONS, type RequestSummary } from '@nexus/contract';
import { toBilledTokens } from '@nexus/core';
import { createTestDatabase, type GatewayProcess, startGatewayProcess, type TestDatabase, until } from '@nexus/testkit';
import {
  type GoldenRow,
  type GoldenTokens,
  readGolden,
  toGoldenAnswer,
  toGoldenEvents,
  toGoldenTokens,
} from '../../../../fixtures/usage/read-golden.ts';

/** Prices count of the day of a request, so what was of another day cannot be asked for now. */
const rows = readGolden().filter((row) => row.at === undefined);
const whole = rows.filter((row) => row.ends === undefined);
const aborted = rows.filter((row) => row.ends === 'aborted');
const batched = rows.filter((row) => row.batch === true);

const ENCODINGS = ['identity', 'gzip'] as const;
type Encoding = (typeof ENCODINGS)[number];

/** An answer of Claude: its bytes, and whether more were still to come when the caller left. */
interface Golden {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
  readonly isOpen: boolean;
}

/** What Claude answers with, by the query that a request comes with. */
const answers = new Map<string, Golden>();
let claude: ReturnType<typeof Bun.serve>;
let database: TestDatabase;
let gateway: GatewayProcess;
beforeAll(async () => {
  claude = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: (request) => answerAsClaude(new URL(request.url)) });
  database = await createTestDatabase();
  gateway = await startGatewayProcess({
    upstreamUrl: `http://127.0.0.1:${claude.port}`,
    databaseUrl: database.url,
  });
}, 120_000);
afterAll(async () => {
  await gateway.remove();
  await claude.stop(true);
  await database.drop();
});

function answerAsClaude({ search }: URL): Response {
  const golden = answers.get(search);
  if (golden === undefined) return new Response('{}', { status: 404 });
  const { bytes, headers, isOpen } = golden;
  if (!isOpen) return new Response(bytes, { headers });
  // Bun ends a body whose writer returns, so this one does not: it is the caller who leaves.
  const body = new ReadableStream({ start: (controller) => controller.enqueue(bytes) });
  return new Response(body, { headers });
}

function encode(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'identity') return new Uint8Array(Buffer.from(text));
  return new Uint8Array(gzipSync(text));
}

function toHeaders(type: string, encoding: Encoding): Readonly<Record<string, string>> {
  return { 'content-type': type, ...(encoding === 'identity' ? {} : { 'content-encoding': encoding }) };
}

function post(query: string, model: string, options: { readonly stream: boolean; readonly signal?: AbortSignal }) {
  const { stream, signal } = options;
  return fetch(`${gateway.proxyUrl}/v1/messages${query}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': 'sk-ant-api03-fake',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify({ model, max_tokens: 64, stream, messages: [{ role: 'user', content: `Count${query}.` }] }),
    ...(signal === undefined ? {} : { signal }),
    decompress: false,
  });
}

/** The record of a request, by what it was asked with. */
async function recordOf(query: string): Promise<RequestSummary> {
  const find = async () => {
    const page = OPERATIONS['request.list'].output.parse(await gateway.ask('/api/requests?limit=500'));
    return page.requests.find((request) => request.query === query) ?? null;
  };
  return until(`${query} is on record`, find, RECORDED_MS_MAX);
}

/** Far longer than it takes, on a machine that may be busy with other tests. */
const RECORDED_MS_MAX = 45_000;

/** What the API tells of a request, as far as the table says it. */
interface Told {
  readonly outcome: string;
  readonly tokens: GoldenTokens | null;
  readonly isEstimated: boolean;
  readonly pricing: string | null;
  readonly nanoDollars: number | null;
}

function toExpected(row: GoldenRow): Told {
  return {
    outcome: row.ends ?? 'completed',
    tokens: toGoldenTokens(row),
    isEstimated: row.ends === 'aborted',
    pricing: row.pricing ?? 'exact',
    nanoDollars: row.nanoDollars,
  };
}

function toResult({ outcome, usage, usageEstimated, cost }: RequestSummary): Told {
  const billed = usage === null ? null : toBilledTokens(usage);
  return {
    outcome,
    tokens: billed && {
      input: billed.inputTokens,
      output: billed.outputTokens,
      cacheRead: billed.cacheReadTokens,
      cacheWrite5m: billed.cacheWrite5mTokens,
      cacheWrite1h: billed.cacheWrite1hTokens,
    },
    isEstimated: usageEstimated,
    pricing: cost?.pricing ?? null,
    nanoDollars: cost?.nanoDollars ?? null,
  };
}

test.each(ENCODINGS)(
  'what the table says of a stream and of JSON, the API tells of both in %s',
  async (encoding) => {
    const asked: { row: GoldenRow; query: string }[] = [];
    for (const row of whole) {
      const forms = [
        { as: 'sse', type: 'text/event-stream', text: toGoldenEvents(row).join('') },
        { as: 'json', type: 'application/json', text: toGoldenAnswer(row) ?? '' },
      ];
      for (const { as, type, text } of forms) {
        const query = `?${row.name}-${as}-${encoding}`;
        const bytes = encode(text, encoding);
        answers.set(query, { bytes, headers: toHeaders(type, encoding), isOpen: false });
        const answer = await post(query, row.model, { stream: as === 'sse' });
        expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
        asked.push({ row, query });
      }
    }
    for (const { row, query } of asked) {
      expect({ query, ...toResult(await recordOf(query)) }).toEqual({ query, ...toExpected(row) });
    }
  },
  120_000,
);

test.each(ENCODINGS)(
  'and of one whose caller left, in %s, what was seen and that it is a floor',
  async (encoding) => {
    for (const row of aborted) {
      const query = `?${row.name}-${encoding}`;
      const bytes = toOpening(toGoldenEvents(row).join(''), encoding);
      answers.set(query, { bytes, headers: toHeaders('text/event-stream', encoding), isOpen: true });
      const leaving = new AbortController();
      const answer = await post(query, row.model, { stream: true, signal: leaving.signal });
      await readBytes(answer, bytes.length);
      leaving.abort();
      expect({ query, ...toResult(await recordOf(query)) }).toEqual({ query, ...toExpected(row) });
    }
  },
  60_000,
);

/** The beginning of a stream that goes on: compressed, it is flushed and not ended. */
function toOpening(text: string, encoding: Encoding): Uint8Array<ArrayBuffer> {
  if (encoding === 'identity') return encode(text, encoding);
  const flushed = gzipSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
  expect(gunzipSync(flushed, { finishFlush: constants.Z_SYNC_FLUSH }).toString()).toBe(text);
  return new Uint8Array(flushed);
}

async function readBytes(answer: Response, count: number): Promise<void> {
  if (answer.body === null) throw new Error('an answer without a body');
  let read = 0;
  for await (const piece of answer.body) {
    read += piece.length;
    if (read >= count) return;
  }
  throw new Error(`${read} bytes came of ${count}`);
}

test.each(ENCODINGS)(
  'and of messages in the results of a batch, in %s',
  async (encoding) => {
    for (const row of batched) {
      const query = `?${row.name}-results-${encoding}`;
      // Claude's own id of a message counts once, so each time another message is fetched.
      const message = { ...parseObject(toGoldenAnswer(row) ?? ''), id: `msg_golden_${row.name}_${encoding}` };
      const line = `${JSON.stringify({ custom_id: row.name, result: { type: 'succeeded', message } })}\n`;
      const headers = toHeaders('application/x-jsonl', encoding);
      answers.set(query, { bytes: encode(line, encoding), headers, isOpen: false });
      const fetched = await fetch(`${gateway.proxyUrl}/v1/messages/batches/msgbatch_golden/results${query}`, {
        headers: { 'x-api-key': 'sk-ant-api03-fake', 'anthropic-version': '2023-06-01' },
      });
      expect(await fetched.text()).toBe(line);
      const { requestId } = await recordOf(query);
      const detail = OPERATIONS['request.get'].output.parse(await gateway.ask(`/api/requests/${requestId}`));
      expect({ query, ...detail.batch }).toMatchObject({
        query,
        countedCount: 1,
        totalTokens: Object.values(toGoldenTokens(row)).reduce((sum, count) => sum + count, 0),
        costNano: row.nanoDollars,
        unpricedCount: 0,
      });
    }
  },
  60_000,
);

function parseObject(text: string): object {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return value;
}
