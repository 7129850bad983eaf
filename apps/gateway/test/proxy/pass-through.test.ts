import { afterAll, expect, test } from 'bun:test';
import { createHash, randomBytes } from 'node:crypto';
import { CLAUDE_KEY, startTestGateway } from '../support/start-test-gateway.ts';

const gw = await startTestGateway();
afterAll(() => gw[Symbol.asyncDispose]());

const VERSION = { 'anthropic-version': '2023-06-01' };

test.each([
  ['GET', '/v1/models?limit=1000'],
  ['GET', '/v1/models/claude-opus-4-1'],
  ['POST', '/v1/messages?beta=true'],
  ['POST', '/v1/messages/count_tokens'],
  ['GET', '/v1/messages/batches'],
  ['DELETE', '/v1/files/file_123'],
  ['PUT', '/v1/whatever/comes?next=1&x=%20a'],
  ['PATCH', '/v1/whatever/comes'],
  ['POST', '/api/event_logging/batch'],
  ['GET', '/api/claude_cli_profile'],
  ['GET', '/api/oauth/usage'],
  ['HEAD', '/'],
  ['HEAD', '/api/hello'],
])('%s %s reaches Claude with its method, path and query', async (method, target) => {
  const body =
    method === 'POST'
      ? JSON.stringify({ model: 'm', max_tokens: 1, messages: [{ role: 'user', content: 'x' }] })
      : null;
  const answer = await fetch(gw.url + target, { method, headers: VERSION, body });
  const received = gw.fake.requests.at(-1);
  expect(`${received?.method} ${received?.target}`).toBe(`${method} ${target}`);
  expect(answer.status).toBe(received?.status ?? 0);
  const line = await gw.exchange(answer.headers.get('x-nexus-request-id'));
  expect(line.status).toBe(answer.status);
});

test('the bytes of a request arrive unchanged, whatever stands in them', async () => {
  const body = ` {"max_tokens" : 1.0e0,"model":"fake-text",\n"messages":[{"role":"user","content":"\\ud83d\\u0041 ü \u2028"}],"model":"fake-text"}\t`;
  const answer = await fetch(`${gw.url}/v1/messages`, { method: 'POST', headers: VERSION, body });
  expect(answer.status).toBe(200);
  expect(gw.fake.requests.at(-1)?.bodySha256()).toBe(createHash('sha256').update(body).digest('hex'));
});

test('the caller’s headers reach Claude verbatim, with the stored key in place of its own', async () => {
  await gw.send('fake-text', {
    headers: {
      'anthropic-beta': 'context-1m-2025-08-07,unknown-beta-1',
      'anthropic-version': '2026-10-21',
      'x-claude-code-session-id': 's-1',
      'x-stainless-lang': 'js',
      'x-something-new': 'ü-é',
      'user-agent': 'claude-cli/2.1.329 (external, sdk-cli)',
      'x-nexus-domain': 'default',
      'x-api-key': 'sk-ant-api03-of-the-caller',
      connection: 'keep-alive, x-hop',
      'x-hop': 'only for us',
    },
  });
  const received = gw.fake.requests.at(-1);
  expect(received?.header('anthropic-beta')).toBe('context-1m-2025-08-07,unknown-beta-1');
  expect(received?.header('anthropic-version')).toBe('2026-10-21');
  expect(received?.header('x-claude-code-session-id')).toBe('s-1');
  expect(received?.header('x-stainless-lang')).toBe('js');
  expect(received?.header('user-agent')).toBe('claude-cli/2.1.329 (external, sdk-cli)');
  expect(received?.header('x-api-key')).toBe(CLAUDE_KEY);
  expect(received?.header('authorization')).toBeNull();
  expect(received?.header('x-nexus-domain')).toBeNull();
  expect(received?.header('x-hop')).toBeNull();
});

test('the answer’s headers come back, duplicates too, with our request id beside Claude’s', async () => {
  const answer = await gw.send('fake-cookies+limits-unified');
  expect(answer.headers.getSetCookie()).toHaveLength(2);
  expect(answer.headers.get('request-id')).toStartWith('req_');
  expect(answer.headers.get('x-nexus-request-id')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(answer.headers.get('anthropic-ratelimit-unified-status')).not.toBeNull();
  expect(answer.headers.get('content-length')).toBe(String((await answer.arrayBuffer()).byteLength));
});

test.each([
  ['fake-529', 529],
  ['fake-500', 500],
  ['fake-404', 404],
  ['fake-403', 403],
  ['fake-413', 413],
  ['fake-429-retry-7', 429],
])('an error of Claude (%s) passes byte for byte', async (model, status) => {
  const answer = await gw.send(model);
  expect(answer.status).toBe(status);
  const direct = await gw.send(model);
  expect(withoutIds(await answer.text())).toBe(withoutIds(await direct.text()));
  expect(answer.headers.get('x-nexus-error')).toBeNull();
  if (status === 429) expect(answer.headers.get('retry-after')).toBe('7');
  expect((await gw.exchange(answer.headers.get('x-nexus-request-id'))).outcome).toBe('upstream-error');
});

test('a redirect of the upstream is passed on and not followed with our credential', async () => {
  const upstream = Bun.serve({ port: 0, fetch: () => Response.redirect('http://127.0.0.1:1/elsewhere', 307) });
  await using own = await startTestGateway({ env: { CLAUDE_API_BASE_URL: upstream.url.origin } });
  const answer = await fetch(`${own.url}/v1/models`, { redirect: 'manual' });
  expect(answer.status).toBe(307);
  expect(answer.headers.get('location')).toBe('http://127.0.0.1:1/elsewhere');
  await upstream.stop(true);
});

test('a 30 MB body passes whole', async () => {
  const content = randomBytes(15_000_000).toString('hex');
  const answer = await gw.send('fake-text', { text: content });
  expect(answer.status).toBe(200);
  expect(gw.fake.requests.at(-1)?.body.length).toBeGreaterThan(30_000_000);
});

test('a body without a declared length arrives whole', async () => {
  const text = JSON.stringify({
    model: 'fake-text',
    max_tokens: 5,
    messages: [{ role: 'user', content: 'in pieces' }],
  });
  const pieces = text.match(/.{1,7}/gs) ?? [];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
      controller.close();
    },
  });
  const answer = await fetch(`${gw.url}/v1/messages`, { method: 'POST', headers: VERSION, body });
  expect(answer.status).toBe(200);
  expect(gw.fake.requests.at(-1)?.body.toString()).toBe(text);
});

test('a file larger than any message is passed on without being held', async () => {
  const upstream = Bun.serve({
    port: 0,
    maxRequestBodySize: 1e9,
    fetch: async (request) => {
      let bytes = 0;
      for await (const piece of request.body ?? []) bytes += piece.byteLength;
      return Response.json({ bytes, length: request.headers.get('content-length') });
    },
  });
  await using own = await startTestGateway({ env: { CLAUDE_API_BASE_URL: upstream.url.origin } });
  const body = new Uint8Array(80_000_000);
  const answer = await fetch(`${own.url}/v1/files`, { method: 'POST', headers: VERSION, body });
  expect(await answer.json()).toMatchObject({ bytes: 80_000_000 });
  await upstream.stop(true);
});

function withoutIds(text: string): string {
  return text.replaceAll(/req_[0-9A-Za-z]+/g, 'req');
}
