import type { ExchangeRecord } from '../recorder.ts';

/** A streamed messages exchange that went well; `changes` says what was different. */
export function createExchangeRecord(changes: Partial<ExchangeRecord> = {}): ExchangeRecord {
  return {
    requestId: Bun.randomUUIDv7(),
    startedAtMs: Date.now(),
    domain: 'default',
    keyId: null,
    accountId: 'account-1',
    method: 'POST',
    path: '/v1/messages',
    query: '?beta=true',
    model: 'claude-sonnet-4-5',
    stream: true,
    sessionId: null,
    affinityKey: 'session-1',
    status: 200,
    outcome: 'completed',
    errorCode: null,
    errorDetail: null,
    attempts: [],
    phases: { receive: { startUs: 0, endUs: 10 }, forward: { startUs: 10, endUs: 900 } },
    firstByteMs: 12,
    firstTokenMs: 20,
    durationMs: 40,
    requestBytes: 0,
    responseBytes: 0,
    requestHeaders: [
      ['content-type', 'application/json'],
      ['user-agent', 'claude-cli/2.1.329 (external, cli)'],
    ],
    responseHeaders: [
      ['content-type', 'text/event-stream; charset=utf-8'],
      ['request-id', 'req_011CUpstream'],
    ],
    responseEncoding: null,
    ...changes,
  };
}

/** A messages body of one user text. */
export function createRequestBody(text = 'Name three rivers.'): Uint8Array {
  const messages = [{ role: 'user', content: text }];
  return toBytes(JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 100, stream: true, messages }));
}

/** The events of a short streamed answer, in one piece. */
export function createAnswerEvents(text = 'Rhine, Elbe, Oder.'): Uint8Array {
  const usage = { input_tokens: 12, output_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-sonnet-4-5-20250929', usage };
  const events: readonly (readonly [string, object])[] = [
    ['message_start', { message }],
    ['content_block_start', { index: 0, content_block: { type: 'text', text: '' } }],
    ['content_block_delta', { index: 0, delta: { type: 'text_delta', text } }],
    ['content_block_stop', { index: 0 }],
    ['message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }],
    ['message_stop', {}],
  ];
  return toBytes(events.map(toFrame).join(''));
}

export function toBytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function toFrame([type, data]: readonly [string, object]): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
}
