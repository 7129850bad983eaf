import { describe, expect, test } from 'bun:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { buildRecord } from './build-record.ts';
import type { EndedExchange } from './ended-exchange.ts';
import type { ExchangeRecord } from './recorder.ts';
import { createAnswerEvents, createExchangeRecord, createRequestBody, toBytes } from './test/exchange-record.ts';
import { maskRecord } from './mask-record.ts';

describe('a record of an exchange that went well', () => {
  test('tells what was asked, what answered and what it took', () => {
    const { facts } = buildRecord(createEnded());
    expect(facts).toMatchObject({
      kind: 'inference',
      model: 'claude-sonnet-4-5',
      modelServed: 'claude-sonnet-4-5-20250929',
      outcome: 'completed',
      stopReason: 'end_turn',
      usage: { inputTokens: 12, outputTokens: 9 },
      usageEstimated: false,
      upstreamRequestId: 'req_011CUpstream',
      userAgent: 'claude-cli/2.1.329 (external, cli)',
      messageCount: 1,
      preview: 'Name three rivers.',
      payload: 'stored',
    });
  });

  test('reads an encoded answer as well as a plain one', () => {
    const plain = buildRecord(createEnded()).facts;
    for (const [encoding, encode] of [
      ['gzip', gzipSync],
      ['br', brotliCompressSync],
      ['zstd', (bytes: Uint8Array) => Bun.zstdCompressSync(bytes)],
      ['deflate', (bytes: Uint8Array) => Bun.deflateSync(new Uint8Array(bytes))],
    ] as const) {
      const responseBody = new Uint8Array(encode(createAnswerEvents()));
      const ended = createEnded({ responseEncoding: encoding }, { responseBody });
      const { facts, payload } = buildRecord(ended);
      expect({ ...facts, requestId: '', startedAtMs: 0 }).toEqual({ ...plain, requestId: '', startedAtMs: 0 });
      expect(payload.responseBody).toEqual(responseBody);
    }
  });

  test('has an id of Claude’s only where Claude answered the caller: our own answer names our own', () => {
    const answeredByUs = {
      status: 502,
      errorCode: 'upstream-unreachable',
      errorDetail: { because: 'ECONNRESET' },
    } as const;
    for (const outcome of ['failed', 'cut', 'timed-out'] as const) {
      expect(buildRecord(createEnded({ ...answeredByUs, outcome })).facts.upstreamRequestId).toBeNull();
    }
  });

  test('puts requests of one session into one conversation, and another domain into another', () => {
    expect(toConversation({})).toBe(toConversation({ requestId: Bun.randomUUIDv7() }));
    expect(toConversation({})).not.toBe(toConversation({ domain: 'other.example' }));
    expect(toConversation({})).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('says who asked and what for, with secrets masked that stand in their place', () => {
    const requestHeaders = [
      ['x-nexus-user', 'jane'],
      ['x-nexus-project', 'sk-ant-api03-PLANTEDSECRET'],
    ] as const;
    expect(buildRecord(createEnded({ requestHeaders })).facts).toMatchObject({
      userId: 'jane',
      project: 'sk-ant-api03-***',
    });
    expect(buildRecord(createEnded()).facts).toMatchObject({ userId: null, project: null });
  });

  test('holds no secret that a header, the query or the text of the user carried', () => {
    const secret = 'sk-ant-api03-PLANTEDSECRETPLANTEDSECRET';
    const ended = createEnded(
      {
        query: `?api_key=${secret}`,
        requestHeaders: [
          ['authorization', `Bearer ${secret}`],
          ['X-Api-Key', secret],
          ['cookie', `session=${secret}`],
          ['x-unknown', `prefix ${secret}`],
          ['user-agent', secret],
        ],
        responseHeaders: [
          ['content-type', 'text/event-stream'],
          ['set-cookie', `a=${secret}`],
        ],
      },
      { requestBody: createRequestBody(`my key is ${secret}`) },
    );
    const { facts, payload } = buildRecord(ended);
    const written = JSON.stringify([facts, payload.requestHeaders, payload.responseHeaders, payload.phases]);
    expect(written).not.toContain('PLANTEDSECRET');
  });
});

describe('usage without a final count', () => {
  const cut = createAnswerEvents().subarray(0, createAnswerEvents().byteLength - 150);

  for (const outcome of ['aborted', 'cut', 'timed-out', 'interrupted'] as const) {
    test(`of an exchange that was ${outcome} is estimated and marked`, () => {
      const { facts } = buildRecord(createEnded({ outcome }, { responseBody: cut }));
      expect(facts.outcome).toBe(outcome);
      expect(facts.usageEstimated).toBe(true);
      expect(facts.usage).toMatchObject({ inputTokens: 12, outputTokens: 5 });
    });
  }

  test('of a caller that left before the first byte is told from the request', () => {
    const ended = createEnded({ outcome: 'aborted', status: null, requestBytes: 400 }, { responseBody: null });
    const { facts } = buildRecord(ended);
    expect(facts).toMatchObject({ usageEstimated: true, usage: { inputTokens: 100, outputTokens: 0 } });
  });

  test('is nothing where nothing was sent to Claude', () => {
    const { facts } = buildRecord(
      createEnded({ outcome: 'refused', status: 401, phases: {}, errorCode: 'key-unknown' }, { responseBody: null }),
    );
    expect(facts).toMatchObject({ usage: null, usageEstimated: false, upstreamRequestId: null });
  });

  test('is nothing where Claude answered with an error', () => {
    const responseBody = toBytes(JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'x' } }));
    const responseHeaders = [['content-type', 'application/json']] as const;
    const ended = createEnded({ outcome: 'upstream-error', status: 529, responseHeaders }, { responseBody });
    expect(buildRecord(ended).facts).toMatchObject({
      usage: null,
      usageEstimated: false,
      errorType: 'overloaded_error',
    });
  });
});

describe('an outcome that the data plane could not see in an encoded answer', () => {
  test('is stream-error where the stream held an error event', () => {
    const error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"x"}}\n\n';
    const ended = createEnded({ responseEncoding: 'gzip' }, { responseBody: new Uint8Array(gzipSync(error)) });
    expect(buildRecord(ended).facts).toMatchObject({ outcome: 'stream-error', errorType: 'overloaded_error' });
  });

  test('is cut where the stream ended before its last event', () => {
    const responseBody = new Uint8Array(gzipSync(createAnswerEvents().subarray(0, 300)));
    expect(buildRecord(createEnded({ responseEncoding: 'gzip' }, { responseBody })).facts.outcome).toBe('cut');
  });
});

describe('bodies that cannot be read', () => {
  const bodies: Record<string, Uint8Array> = {
    'is empty': new Uint8Array(0),
    'is not JSON': toBytes('this is { not json'),
    'is cut': toBytes('{"model":"claude","messages":[{"role":'),
    'is not UTF-8': new Uint8Array([0x7b, 0xff, 0xfe, 0xc3, 0x28, 0x7d]),
    'holds a lone surrogate': toBytes(String.raw`{"model":"m","messages":[{"role":"user","content":"\ud800"}]}`),
    'is nested 100,000 deep': toBytes(`${'['.repeat(100_000)}${']'.repeat(100_000)}`),
    'holds a text of 10 MB': createRequestBody('x'.repeat(10_000_000)),
    'holds 100,000 messages': toBytes(
      JSON.stringify({ messages: Array.from({ length: 100_000 }, () => ({ role: 'user', content: 'a' })) }),
    ),
    'has wrong types everywhere': toBytes('{"model":7,"stream":"yes","messages":{"0":null},"system":[[[]]],"tools":1}'),
    'is a number': toBytes('42'),
  };
  for (const [name, requestBody] of Object.entries(bodies)) {
    test(`a request body that ${name} is kept as it is`, () => {
      const { facts, payload } = buildRecord(createEnded({ requestBytes: requestBody.byteLength }, { requestBody }));
      expect(payload.requestBody).toBe(requestBody);
      expect(facts).toMatchObject({ outcome: 'completed', payload: 'stored', usageEstimated: false });
    });
  }

  test('an answer that is not what its encoding says is kept as it is', () => {
    const responseBody = toBytes('not gzip at all');
    const { facts, payload } = buildRecord(createEnded({ responseEncoding: 'gzip' }, { responseBody }));
    expect(payload.responseBody).toBe(responseBody);
    expect(facts).toMatchObject({ outcome: 'completed', usageEstimated: true });
  });
});

test('a key where a name belongs is masked: model, session and agents', () => {
  const planted = 'sk-ant-api03-planted-0123456789abcdefghij';
  const requestHeaders = ['session', 'agent', 'parent-agent'].map((n) => [`x-claude-code-${n}-id`, planted] as const);
  const passed = createEnded({ model: planted, sessionId: planted, requestHeaders }, { requestBody: null });
  const described = createEnded({ requestHeaders }, { requestBody: toBytes(JSON.stringify({ model: planted })) });
  const named = createExchangeRecord({ model: planted, sessionId: planted, affinityKey: `session:${planted}` });
  expect(JSON.stringify(maskRecord(named))).not.toContain('planted');
  const responseBody = toBytes(JSON.stringify({ type: 'message', model: planted, content: [] }));
  const served = createEnded({ responseHeaders: [['content-type', 'application/json']] }, { responseBody });
  expect(buildRecord(served).facts.modelServed).not.toBeNull();
  expect(JSON.stringify(buildRecord(served).facts)).not.toContain('planted');
  expect(JSON.stringify(buildRecord(described).facts)).not.toContain('planted');
  expect(JSON.stringify(buildRecord(passed).facts)).not.toContain('planted');
});

describe('what became of the bodies', () => {
  test('none, stored, truncated and dropped are told apart', () => {
    expect(toPayload({})).toBe('stored');
    expect(toPayload({ requestBody: null, responseBody: null })).toBe('none');
    expect(toPayload({ requestBody: null }, 5)).toBe('truncated');
    expect(toPayload({ isTruncated: true })).toBe('truncated');
    expect(toPayload({ isTruncated: true, isPayloadDropped: true })).toBe('dropped');
  });
});

function toConversation(changes: Partial<ExchangeRecord>): string {
  return buildRecord(createEnded(changes)).facts.conversationId;
}

function toPayload(changes: Partial<EndedExchange>, requestBytes = 0): string {
  return buildRecord(createEnded({ requestBytes }, changes)).facts.payload;
}

function createEnded(record: Partial<ExchangeRecord> = {}, changes: Partial<EndedExchange> = {}): EndedExchange {
  return {
    record: createExchangeRecord(record),
    requestBody: createRequestBody(),
    responseBody: createAnswerEvents(),
    responseTimings: [[0, 10]],
    isTruncated: false,
    isPayloadDropped: false,
    ...changes,
  };
}
