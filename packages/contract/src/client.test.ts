import { describe, expect, test } from 'bun:test';
import { ApiError } from './api-error.ts';
import { createClient } from './client.ts';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

function createTestClient(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = [];
  const client = createClient({
    baseUrl: 'http://nexus.test',
    headers: { 'x-dashboard-key': 'k' },
    fetch: async (url, init) => {
      sent.push({ url, init });
      return answer();
    },
  });
  return { client, sent };
}

async function catchError(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => null,
    (failure: unknown) => failure,
  );
}

describe('the typed client', () => {
  test('puts fields where the contract says: path, query, body', async () => {
    const { client, sent } = createTestClient(() => Response.json({}));
    const requestId = '0197f1d2-0000-7000-8000-000000000000';
    await catchError(client.perform('request.get', { requestId }));
    await catchError(client.perform('request.list', { domain: 'a b&c', limit: 5, model: undefined }));
    await catchError(client.perform('key.create', { name: 'laptop' }));
    await catchError(client.perform('key.revoke', { keyId: requestId }));

    expect(sent.map(({ url, init }) => [init.method, url, init.body ?? null])).toEqual([
      ['GET', `http://nexus.test/api/requests/${requestId}`, null],
      ['GET', 'http://nexus.test/api/requests?domain=a+b%26c&limit=5', null],
      ['POST', 'http://nexus.test/api/keys', '{"name":"laptop"}'],
      ['DELETE', `http://nexus.test/api/keys/${requestId}`, null],
    ]);
    expect(new Headers(sent[2]?.init.headers).get('content-type')).toBe('application/json');
    expect(new Headers(sent[0]?.init.headers).get('x-dashboard-key')).toBe('k');
  });

  test('gives the output as the contract types it', async () => {
    const page = { requests: [], nextCursor: null };
    const { client } = createTestClient(() => Response.json(page));

    expect(await client.perform('request.list', {})).toEqual(page);
  });

  test('gives bytes with what they are', async () => {
    const { client } = createTestClient(
      () =>
        new Response('raw', {
          headers: { 'x-nexus-body-media-type': 'text/event-stream', 'x-nexus-body-encoding': 'gzip' },
        }),
    );
    const input = { requestId: '0197f1d2-0000-7000-8000-000000000000', part: 'response' } as const;

    expect(await client.perform('request.raw', input)).toEqual({
      bytes: new TextEncoder().encode('raw'),
      mediaType: 'text/event-stream',
      contentEncoding: 'gzip',
    });
    expect(client.url('request.raw', input)).toEndWith('/raw?part=response');
  });

  test('throws the code, message and status of a refusal', async () => {
    const { client } = createTestClient(() =>
      Response.json({ error: { code: 'request-unknown', message: 'Gone.', requestId: 'r1' } }, { status: 404 }),
    );
    const failure = await catchError(client.perform('me.get', {}));

    expect(failure).toBeInstanceOf(ApiError);
    expect(failure).toMatchObject({ code: 'request-unknown', message: 'Gone.', status: 404, requestId: 'r1' });
  });

  test.each([
    ['no JSON', () => new Response('<html>', { status: 502 }), { code: 'answer-unreadable', status: 502 }],
    ['another shape', () => Response.json({ other: 1 }), { code: 'answer-unreadable', status: 200 }],
    ['no answer', () => Promise.reject(new TypeError('refused')), { code: 'network', status: 0 }],
  ])('tells %s from a refusal', async (_name, answer, expected) => {
    const { client } = createTestClient(answer);

    expect(await catchError(client.perform('me.get', {}))).toMatchObject(expected);
  });

  test('lets an abort fly as it came', async () => {
    const abort = new AbortController();
    const { client } = createTestClient(() => Promise.reject(new DOMException('left', 'AbortError')));
    abort.abort();

    const failure = await catchError(client.perform('me.get', {}, { signal: abort.signal }));

    expect(failure).toBeInstanceOf(DOMException);
  });
});
