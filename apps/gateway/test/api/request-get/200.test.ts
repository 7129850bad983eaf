import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildRecord, RECENT_MS, REQUEST_BODY, RESPONSE_BODY, writeRecords } from '../records.ts';

const EVENTS = [
  'event: message_start\ndata: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}\n\n',
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hmm"}}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2ln"}}\n\n',
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}\n\n',
  'event: message_stop\ndata: {"type":"message_stop"}\n\n',
].join('');
const STREAM = gzipSync(EVENTS);

const plain = buildRecord();
const streamed = buildRecord(
  { startedAtMs: RECENT_MS + 1, stream: true, conversationId: Bun.randomUUIDv7() },
  {
    responseHeaders: [
      ['content-type', 'text/event-stream; charset=utf-8'],
      ['content-encoding', 'gzip'],
    ],
    responseBody: STREAM,
    responseEncoding: 'gzip',
  },
);
const bare = buildRecord(
  { startedAtMs: RECENT_MS + 2, payload: 'none', outcome: 'refused', conversationId: Bun.randomUUIDv7() },
  { requestBody: null, responseBody: null, responseTimings: [], errorDetail: { because: 'ECONNREFUSED' } },
);
const broken = buildRecord(
  { startedAtMs: RECENT_MS + 3, conversationId: Bun.randomUUIDv7(), outcome: 'refused', status: 400 },
  { requestBody: new TextEncoder().encode('{"model": "claude", "messages": [') },
);

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, [plain, streamed, bare, broken]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

const get = (record: typeof plain) => world.client.perform('request.get', { requestId: record.facts.requestId });
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('GET /api/requests/:id', () => {
  test('gives facts, headers, phases in their order, and both bodies', async () => {
    const { facts, payload } = plain;
    const { startedAtMs, ...others } = facts;

    expect(await get(plain)).toEqual({
      request: {
        ...others,
        conversationId: expect.any(String),
        startedAt: new Date(startedAtMs).toISOString(),
        branch: 'main',
        relation: 'root',
        parentRequestId: null,
        linkSource: 'none',
        linkBecause: 'nothing that came before leads here',
      },
      errorDetail: null,
      attempts: [],
      cache: null,
      batch: null,
      phases: [
        { name: 'receive', startUs: 0, endUs: 80 },
        { name: 'identify-domain', startUs: 80, endUs: 95 },
        { name: 'forward', startUs: 120, endUs: 900_000 },
      ],
      requestHeaders: payload.requestHeaders,
      responseHeaders: payload.responseHeaders,
      requestBody: {
        bytes: REQUEST_BODY.length,
        encoding: null,
        mediaType: 'application/json',
        json: JSON.parse(new TextDecoder().decode(REQUEST_BODY)),
        sha256: sha256(REQUEST_BODY),
      },
      responseBody: {
        bytes: RESPONSE_BODY.length,
        encoding: null,
        mediaType: 'application/json',
        json: JSON.parse(new TextDecoder().decode(RESPONSE_BODY)),
        sha256: sha256(RESPONSE_BODY),
      },
      responseTimings: payload.responseTimings,
    });
  });

  test('gives a compressed stream as its message and as its events, with the hash of what passed', async () => {
    const { responseBody } = await get(streamed);

    expect(responseBody).toMatchObject({
      bytes: STREAM.length,
      encoding: 'gzip',
      sha256: sha256(STREAM),
      text: EVENTS,
      json: { content: [{ type: 'thinking', thinking: 'Hmm', signature: 'c2ln' }], stop_reason: 'end_turn' },
    });
  });

  test('gives the facts of an exchange that left no bodies', async () => {
    const detail = await get(bare);

    expect(detail.request.outcome).toBe('refused');
    expect(detail.errorDetail).toEqual({ because: 'ECONNREFUSED' });
    expect([detail.requestBody, detail.responseBody, detail.responseTimings]).toEqual([null, null, []]);
  });

  test('gives a body that is no JSON as the text it is', async () => {
    const { requestBody } = await get(broken);

    expect(requestBody?.text).toBe('{"model": "claude", "messages": [');
    expect(requestBody && 'json' in requestBody).toBe(false);
  });
});
