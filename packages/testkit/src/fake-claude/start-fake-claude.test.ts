import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test';
import { connectRaw, toRawRequest } from '../load/raw-request.ts';
import { until } from '../until.ts';
import { textBlock as toText, toolUseBlock } from './message/message.ts';
import { type FakeClaude, startFakeClaude } from './start-fake-claude.ts';
import { sendMessage, toEventList } from './test-client.ts';

let fake: FakeClaude;

beforeAll(async () => {
  fake = await startFakeClaude();
});

afterAll(async () => {
  await fake.stop();
});

afterEach(() => {
  fake.reset();
});

const get = (path: string) =>
  fetch(fake.url + path, { headers: { 'x-api-key': 'sk-ant-test', 'anthropic-version': '2023-06-01' } });

const said = (...texts: string[]) =>
  texts.map((content, at) => ({ role: at % 2 === 0 ? 'user' : 'assistant', content }));

describe('messages', () => {
  test('the same content comes as one message and as a stream', async () => {
    const whole: unknown = await (await sendMessage(fake.url, { stream: false, model: 'fake-thinking' })).json();
    expect(whole).toMatchObject({ type: 'message', content: [{ type: 'thinking' }, { type: 'text' }] });
    const events = toEventList(await (await sendMessage(fake.url, { model: 'fake-thinking' })).text());
    expect([...new Set(events.map(({ event }) => event))]).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
  });

  test('tool calls are interleaved where that was asked for, each with an empty first delta', async () => {
    const events = toEventList(await (await sendMessage(fake.url, { model: 'fake-tools-interleaved' })).text());
    const starts = events.filter(({ event }) => event === 'content_block_start').map(({ data }) => data['index']);
    expect(starts).toEqual([0, 1, 2, 3]);
    const firstStop = events.findIndex(({ event }) => event === 'content_block_stop');
    expect(events.slice(0, firstStop).filter(({ event }) => event === 'content_block_start')).toHaveLength(4);
    const partial = events.filter(({ data }) => JSON.stringify(data).includes('"partial_json":""'));
    expect(partial.map(({ data }) => data['index'])).toEqual([1, 2, 3]);
  });

  test('a script goes before the model, and its conditional steps wait for their request', async () => {
    fake.script([
      { when: (body) => body.header('x-who') === 'b', answer: { content: 'for b' } },
      (body) => ({ content: [toolUseBlock('look', { at: body.lastUserText })] }),
    ]);
    const first = await (await sendMessage(fake.url, { stream: false })).json();
    expect(first).toMatchObject({ stop_reason: 'tool_use', content: [{ input: { at: 'Hello there.' } }] });
    const second = await (await sendMessage(fake.url, { stream: false, headers: { 'x-who': 'b' } })).json();
    expect(second).toMatchObject({ content: [{ text: 'for b' }] });
    expect(fake.scriptLength()).toBe(0);
  });

  test('a step that stays answers whoever asks for it, by what was said and by whom', async () => {
    const script = [
      { when: { opensWith: 'Count', answers: 0 }, answer: { content: 'twelve' }, stays: true },
      { when: { says: 'again', bringsResults: false }, answer: { content: 'still twelve' } },
      { when: { isAgent: true }, answer: { content: 'from an agent' }, stays: true },
    ];
    const queued = await fetch(`${fake.url}/_fake/script`, { method: 'POST', body: JSON.stringify(script) });
    expect(await queued.json()).toEqual({ steps: 1 });
    const ask = async (messages: unknown, headers = {}): Promise<unknown> => {
      const answer: unknown = await (
        await sendMessage(fake.url, { stream: false, body: { messages }, headers })
      ).json();
      return Object(answer)['content'][0].text;
    };
    const reminded = [{ role: 'user', content: [toText('<system-reminder>x</system-reminder>'), toText('Count it')] }];
    expect([await ask(said('Count it')), await ask(reminded)]).toEqual(['twelve', 'twelve']);
    expect(await ask(said('Count it', 'twelve', 'And again?'))).toBe('still twelve');
    expect(await ask(said('Count it', 'twelve', 'And again?'))).toBe('You said: And again?');
    expect(await ask(said('Look'), { 'x-claude-code-agent-id': 'a1' })).toBe('from an agent');
  });

  test.each([
    [[{ when: { sings: 'x' }, answer: { content: 'y' } }]],
    [[{ when: { says: 1 }, answer: { content: 'y' } }]],
    [[{ when: { says: 'x' } }]],
    [{ content: 'y' }],
  ])('a script that means nothing is refused with its rules: %j', async (script) => {
    const refused = await fetch(`${fake.url}/_fake/script`, { method: 'POST', body: JSON.stringify(script) });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('opensWith')]);
  });

  test('errors carry Claude’s shape, an id in body and head, and their headers', async () => {
    const answer = await sendMessage(fake.url, { model: 'fake-429-unified' });
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('3600');
    expect(answer.headers.get('anthropic-ratelimit-unified-5h-status')).toBe('rejected');
    expect(await answer.json()).toMatchObject({
      type: 'error',
      error: { type: 'rate_limit_error' },
      request_id: answer.headers.get('request-id'),
    });
  });

  test('an error for the first n requests is over after them', async () => {
    const statuses: number[] = [];
    for (let count = 0; count < 3; count++) {
      statuses.push((await sendMessage(fake.url, { model: 'fake-529+times-2' })).status);
    }
    expect(statuses).toEqual([529, 529, 200]);
  });

  test.each([
    ['error-first', ['error']],
    ['error-before-content', ['message_start', 'ping', 'error']],
    ['error-after-content', ['message_start', 'ping', 'content_block_start', 'content_block_delta', 'error']],
  ])('%s ends the stream there', async (name, expected) => {
    const events = toEventList(await (await sendMessage(fake.url, { model: `fake-${name}` })).text());
    expect(events.map(({ event }) => event)).toEqual(expected);
  });

  test.each(['gzip', 'br', 'zstd', 'deflate'])('%s is decoded by any client, streamed or not', async (encoding) => {
    for (const stream of [true, false]) {
      const answer = await sendMessage(fake.url, {
        model: 'fake-unicode',
        stream,
        headers: { 'x-fake-encoding': encoding },
      });
      expect(await answer.text()).toContain('한국어');
    }
  });

  test('all line ends give the same events', async () => {
    const lists = await Promise.all(
      ['fake-text', 'fake-text+crlf', 'fake-text+cr', 'fake-text+chunk-1'].map(async (model) =>
        toEventList(await (await sendMessage(fake.url, { model })).text()).map(({ event }) => event),
      ),
    );
    expect(new Set(lists.map((list) => list.join())).size).toBe(1);
  });
});

describe('who may ask', () => {
  test.each([
    [{ 'x-api-key': '' }, 401, 'authentication_error'],
    [{ 'x-api-key': 'sk-ant-invalid' }, 401, 'authentication_error'],
    [{ 'x-api-key': '', authorization: 'Bearer sk-ant-oat01-x' }, 401, 'authentication_error'],
    [{ 'anthropic-version': '' }, 400, 'invalid_request_error'],
  ])('%j gets %d', async (headers, status, type) => {
    const kept = Object.entries({ 'x-api-key': 'k', 'anthropic-version': '2023-06-01', ...headers });
    const answer = await fetch(`${fake.url}/v1/messages`, {
      method: 'POST',
      headers: Object.fromEntries(kept.filter(([, value]) => value !== '')),
      body: '{}',
    });
    expect([answer.status, await answer.json()]).toMatchObject([status, { error: { type } }]);
  });

  test('a key may come as Bearer, and an OAuth token with its beta', async () => {
    const asBearer = { 'x-api-key': '', authorization: 'Bearer sk-ant-api03-x' };
    expect((await sendMessage(fake.url, { headers: asBearer })).status).toBe(200);
    const asToken = { 'x-api-key': '', authorization: 'Bearer sk-ant-oat01-x', 'anthropic-beta': 'a,oauth-2025-04-20' };
    expect((await sendMessage(fake.url, { headers: asToken })).status).toBe(200);
  });

  test('a refresh token works once, and its second use revokes everything that came of it', async () => {
    const first = fake.tokens.open('ada');
    const refresh = async (token: string) => {
      const body = JSON.stringify({ grant_type: 'refresh_token', refresh_token: token });
      const answer = await fetch(`${fake.url}/v1/oauth/token`, { method: 'POST', body });
      const fields: Record<string, unknown> = Object(await answer.json());
      return { status: answer.status, access: String(fields['access_token']), next: String(fields['refresh_token']) };
    };
    const ask = async (token: string) => {
      const headers = { 'x-api-key': '', authorization: `Bearer ${token}`, 'anthropic-beta': 'oauth-2025-04-20' };
      return (await sendMessage(fake.url, { headers })).status;
    };
    const second = await refresh(first);
    expect([second.status, await ask(second.access)]).toEqual([200, 200]);
    expect((await refresh(first)).status).toBe(400);
    expect([await ask(second.access), (await refresh(second.next)).status]).toEqual([401, 400]);
  });
});

describe('what it remembers', () => {
  test('headers in wire order, letter case and number, and the hash of the body', async () => {
    const connection = await connectRaw(fake.url);
    const headers = [
      ['Host', 'x'],
      ['X-Twice', 'one'],
      ['x-api-key', 'k'],
      ['X-TWICE', 'two'],
      ['connection', 'close'],
    ] as const;
    await connection.write(toRawRequest('/_fake/echo?a=1', 'body', headers));
    await connection.closed;
    const [request] = fake.requests;
    expect(request?.headers).toEqual([...headers, ['content-length', '4']]);
    expect(request?.bodySha256()).toBe(new Bun.CryptoHasher('sha256').update('body').digest('hex'));
    expect(connection.received().toString()).toContain('"target":"/_fake/echo?a=1"');
  });

  test('that a caller left, at once', async () => {
    const leaving = new AbortController();
    const answer = await sendMessage(fake.url, { model: 'fake-silence-90', signal: leaving.signal });
    expect(fake.stats().inFlight).toBe(1);
    leaving.abort();
    await answer.text().catch(() => {});
    await until('the caller is noticed', () => fake.requests[0]?.outcome);
    expect([fake.requests[0]?.outcome, fake.stats().inFlight]).toEqual(['aborted', 0]);
  });

  test('only so many requests', async () => {
    const forgetful = await startFakeClaude({ requestsKeptMax: 2 });
    for (let count = 0; count < 4; count++) await (await fetch(`${forgetful.url}/?n=${count}`)).text();
    expect(forgetful.requests.map((request) => request.target)).toEqual(['/?n=2', '/?n=3']);
    await forgetful.stop();
  });
});

describe('everything else of the API', () => {
  test('models come in pages', async () => {
    const first: unknown = await (await get('/v1/models?limit=2')).json();
    expect(first).toMatchObject({ has_more: true, data: [{ type: 'model' }, { type: 'model' }] });
    const after = String(Object(first)['last_id']);
    expect(await (await get(`/v1/models?limit=1000&after_id=${after}`)).json()).toMatchObject({ has_more: false });
    expect((await get('/v1/models/nobody')).status).toBe(404);
  });

  test('a file that was uploaded can be fetched and deleted', async () => {
    const form = new FormData();
    form.set('file', new Blob(['a\r\nb'], { type: 'text/plain' }), 'notes.txt');
    const headers = { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' };
    const made: unknown = await (await fetch(`${fake.url}/v1/files`, { method: 'POST', headers, body: form })).json();
    expect(made).toMatchObject({ type: 'file', filename: 'notes.txt', size_bytes: 4 });
    const id = String(Object(made)['id']);
    expect(await (await get(`/v1/files/${id}/content`)).text()).toBe('a\r\nb');
    await fetch(`${fake.url}/v1/files/${id}`, { method: 'DELETE', headers });
    expect((await get(`/v1/files/${id}`)).status).toBe(404);
  });

  test('a batch gives a result for each request', async () => {
    const params = { model: 'fake-text', max_tokens: 9, messages: [{ role: 'user', content: 'x' }] };
    const requests = ['fake-text', 'fake-529', 'fake-408', 'claude-opus-5-5'].map((model, at) => ({
      custom_id: `${at}`,
      params: { ...params, model, metadata: { 'x-fake-usage': { cache_read_input_tokens: 77 } } },
    }));
    const answer = await fetch(`${fake.url}/v1/messages/batches`, {
      method: 'POST',
      headers: { 'x-api-key': 'k', 'anthropic-version': '2023-06-01' },
      body: JSON.stringify({ requests }),
    });
    const id = String(Object(await answer.json())['id']);
    const lines = (await (await get(`/v1/messages/batches/${id}/results`)).text()).trimEnd().split('\n');
    const results = lines.map((line) => JSON.parse(line));
    expect(results.map(({ custom_id, result }) => [custom_id, result.type])).toEqual([
      ['0', 'succeeded'],
      ['1', 'errored'],
      ['2', 'expired'],
      ['3', 'succeeded'],
    ]);
    const usage = { cache_read_input_tokens: 77, service_tier: 'batch' };
    expect(results[3].result.message).toMatchObject({ model: 'claude-opus-5-5', usage });
    const view = await (await get(`/v1/messages/batches/${id}`)).json();
    expect(view).toMatchObject({ request_counts: { succeeded: 2, errored: 1, expired: 1, canceled: 0 } });
  });

  test('probes, event logging and token counts are answered, unknown paths are not', async () => {
    expect((await fetch(`${fake.url}/`, { method: 'HEAD' })).status).toBe(200);
    expect((await get('/api/hello')).status).toBe(200);
    expect((await sendMessage(fake.url, { path: '/api/event_logging/batch' })).status).toBe(200);
    const count: unknown = await (await sendMessage(fake.url, { path: '/v1/messages/count_tokens' })).json();
    expect(count).toEqual({ input_tokens: expect.any(Number) });
    expect((await get('/v1/nothing')).status).toBe(404);
  });

  test('bench answers are whole messages, streamed or not', async () => {
    const whole: unknown = await (await sendMessage(fake.url, { model: 'fake-bench-json-700', stream: false })).json();
    expect(whole).toMatchObject({ type: 'message', stop_reason: 'end_turn' });
    for (const gap of [0, 1]) {
      const events = toEventList(await (await sendMessage(fake.url, { model: `fake-bench-sse-5-${gap}` })).text());
      expect(events.filter(({ event }) => event === 'content_block_delta')).toHaveLength(5);
      expect(events.at(-1)?.event).toBe('message_stop');
    }
  });
});
