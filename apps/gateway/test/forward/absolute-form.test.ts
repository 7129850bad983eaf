import { describe, expect, test } from 'bun:test';
import { connect } from 'node:net';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { type TestGateway, startTestGateway, toMessagesRequest } from '../support/start-test-gateway.ts';
import { askRaw, toAbsoluteRequest, toBasic, toWholeBody } from './ask-proxy.ts';

const CLIENT_KEY = 'harbour-client-key';

function startForward(env: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
  return startTestGateway({
    env: { FORWARD_PROXY_PORT: '0', ...env },
    prepare: async (dir) => {
      const file = { type: 'api_key', api_key: 'sk-ant-api03-of-the-harbour', client_api_key: CLIENT_KEY };
      await Bun.write(join(dir, 'harbour.example.credentials.json'), JSON.stringify(file));
    },
  });
}

function readRequestId(head: string): string | null {
  return /^x-nexus-request-id: (\S+)/im.exec(head)?.[1] ?? null;
}

describe('a request in absolute form', () => {
  test('for the host of an upstream is answered by Claude, with its path exactly once, and recorded like any other', async () => {
    await using gw = await startForward();
    const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(`${gw.fake.url}/v1/messages?beta=true`));
    expect(answer.status).toBe(200);
    expect(gw.fake.requests.map(({ target }) => target)).toEqual(['/v1/messages?beta=true']);
    expect(gw.fake.requests[0]?.header('x-api-key')).toStartWith('sk-ant-api03-stored-key');
    const line = await gw.exchange(readRequestId(answer.head));
    expect(line).toMatchObject({ outcome: 'completed', status: 200, domain: 'default', accountId: 'default' });
  });

  test('may leave the port of the upstream out, since it is upgraded anyway', async () => {
    await using gw = await startForward();
    const { hostname } = new URL(gw.fake.url);
    const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(`http://${hostname}/v1/messages`));
    expect(answer.status).toBe(200);
    expect(gw.fake.requests.map(({ target }) => target)).toEqual(['/v1/messages']);
  });

  test('that has the base path of the upstream too still has it once', async () => {
    await using gw = await startTestGateway({
      env: (fake) => ({ FORWARD_PROXY_PORT: '0', CLAUDE_API_BASE_URL: `${fake.url}/flow-llm-proxy` }),
    });
    for (const path of ['/flow-llm-proxy/v1/models', '/v1/models']) {
      await askRaw(gw.forwardUrl, `GET ${gw.fake.url}${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    }
    expect(gw.fake.requests.map(({ target }) => target)).toEqual(Array(2).fill('/flow-llm-proxy/v1/models'));
  });

  test('loses every Proxy header on the way, and keeps the others with their duplicates', async () => {
    await using gw = await startForward();
    const request = toAbsoluteRequest(`${gw.fake.url}/v1/messages`, {
      headers: {
        'Proxy-Authorization': toBasic('somebody:of-another-proxy'),
        'Proxy-Connection': 'keep-alive',
        'X-Twice': 'one\r\nX-Twice: two',
        'Anthropic-Beta': 'a-2025,b-2025',
      },
    });
    await askRaw(gw.forwardUrl, request);
    const got = gw.fake.requests[0];
    expect(got?.header('x-twice')).toBe('one, two');
    expect(got?.header('anthropic-beta')).toBe('a-2025,b-2025');
    expect(got?.header('proxy-authorization')).toBeNull();
    expect(got?.header('proxy-connection')).toBeNull();
  });

  test.each(['http://evil.example/v1/messages', 'http://127.0.0.1:1/v1/messages', 'http://user@127.0.0.1/v1/messages'])(
    '%s is refused whatever its Host says, recorded, and nobody hears of it',
    async (target) => {
      await using gw = await startForward();
      const headers = { Host: new URL(gw.fake.url).host };
      const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(target, { headers }));
      expect([answer.status, JSON.parse(answer.body).error.type]).toEqual([403, 'permission_error']);
      expect(gw.fake.requests).toEqual([]);
      expect(await gw.exchange(readRequestId(answer.head))).toMatchObject({ errorCode: 'target-refused', status: 403 });
    },
  );

  test('is one a connection: of a second one nobody would know whom it meant', async () => {
    await using gw = await startForward();
    const one = toAbsoluteRequest(`${gw.fake.url}/v1/messages`);
    expect((await askRaw(gw.forwardUrl, one)).head.toLowerCase()).toContain('connection: close');
    const host = new URL(gw.fake.url).host;
    await askRaw(
      gw.forwardUrl,
      one + toAbsoluteRequest('http://evil.example/v1/messages', { headers: { Host: host } }),
    );
    expect(gw.fake.requests.length).toBeLessThanOrEqual(2);
  });

  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
    ['deflate', inflateSync],
    ['zstd', zstdDecompressSync],
  ] as const)('gets %s as the upstream sent it', async (encoding, decode) => {
    await using gw = await startForward();
    const { body } = toMessagesRequest(`fake-text+encoding-${encoding}`);
    const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(`${gw.fake.url}/v1/messages`, { body }));
    expect(answer.head.toLowerCase()).toContain(`content-encoding: ${encoding}`);
    expect(JSON.parse(decode(toWholeBody(answer)).toString())).toMatchObject({ type: 'message', role: 'assistant' });
  });
});

describe('where keys are required, the forward proxy', () => {
  const env = { ENABLE_CLIENT_AUTH: 'true' };

  test('asks for one with 407, and tells how to show it', async () => {
    await using gw = await startForward(env);
    const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(`${gw.fake.url}/v1/messages`));
    expect(answer.status).toBe(407);
    expect(answer.head).toMatch(/^proxy-authenticate: Basic realm="Claude Nexus"/im);
    expect(JSON.parse(answer.body).error.type).toBe('authentication_error');
    expect(await gw.exchange(readRequestId(answer.head))).toMatchObject({ errorCode: 'proxy-key-missing' });
    expect(gw.fake.requests).toEqual([]);
  });

  test.each([toBasic('nexus:nx_live_nobody'), 'Bearer nx_live_nobody', toBasic('nexus:guess'), 'Negotiate abc'])(
    'refuses %s',
    async (value) => {
      await using gw = await startForward(env);
      const headers = { 'Proxy-Authorization': value, 'X-Nexus-Domain': 'harbour.example' };
      const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(`${gw.fake.url}/v1/messages`, { headers }));
      expect([answer.status === 407 || answer.status === 503, gw.fake.requests]).toEqual([true, []]);
    },
  );

  test.each([toBasic(`nexus:${CLIENT_KEY}`), toBasic(`${CLIENT_KEY}:`), `Bearer ${CLIENT_KEY}`])(
    'takes a good key as %s and serves its domain',
    async (value) => {
      await using gw = await startForward(env);
      const headers = { 'Proxy-Authorization': value, 'X-Nexus-Domain': 'harbour.example' };
      const answer = await askRaw(gw.forwardUrl, toAbsoluteRequest(`${gw.fake.url}/v1/messages`, { headers }));
      expect(answer.status).toBe(200);
      expect(gw.fake.requests[0]?.header('x-api-key')).toBe('sk-ant-api03-of-the-harbour');
      expect(await gw.exchange(readRequestId(answer.head))).toMatchObject({
        domain: 'harbour.example',
        keyId: 'file:harbour.example',
      });
      expect(gw.logText()).not.toContain(CLIENT_KEY);
    },
  );
});

test('a credential of the caller is for the host that it named, and for no other upstream', async () => {
  await using gw = await startTestGateway({
    env: { FORWARD_PROXY_PORT: '0', ANTHROPIC_API_KEY: '', NEXUS_PRIVATE_UPSTREAMS: 'true' },
    prepare: async (dir) => {
      const upstream = { baseUrl: 'http://127.0.0.2:4' };
      const file = { type: 'api_key', api_key: 'sk-ant-api03-elsewhere', upstream };
      await Bun.write(join(dir, 'elsewhere.example.credentials.json'), JSON.stringify(file));
    },
  });
  const headers = { 'X-Api-Key': 'sk-ant-api03-of-the-caller' };
  const elsewhere = await askRaw(gw.forwardUrl, toAbsoluteRequest('http://127.0.0.2:4/v1/messages', { headers }));
  expect([elsewhere.status, gw.fake.requests]).toEqual([403, []]);
  const meant = await askRaw(gw.forwardUrl, toAbsoluteRequest(`${gw.fake.url}/v1/messages`, { headers }));
  expect([meant.status, gw.fake.requests[0]?.header('x-api-key')]).toEqual([200, 'sk-ant-api03-of-the-caller']);
});

test('an ordinary request on the same port is served as on PORT, one after the other on one connection', async () => {
  await using gw = await startForward();
  for (let round = 0; round < 3; round += 1) {
    const answer = await fetch(`${gw.forwardUrl}/v1/messages`, toMessagesRequest('fake-text'));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('connection')).not.toBe('close');
    await answer.text();
  }
  expect(gw.fake.requests).toHaveLength(3);
});

test('our own API is not on the port of the forward proxy', async () => {
  await using gw = await startForward();
  expect((await fetch(`${gw.forwardUrl}/api/requests`)).status).toBe(404);
  expect(gw.fake.requests).toEqual([]);
});

test.each([
  '\u0016\u0003\u0001\u0002',
  'HELO there\r\n\r\n',
  'GET / HTTP/2.0\r\n\r\n',
  'GET relative HTTP/1.1\r\n\r\n',
])('what is not HTTP/1 (%p) is told so and closed', async (text) => {
  await using gw = await startForward();
  expect((await askRaw(gw.forwardUrl, text)).status).toBe(400);
});

test('a first line without an end is given up at its bound', async () => {
  await using gw = await startForward();
  expect((await askRaw(gw.forwardUrl, `GET /${'a'.repeat(20_000)}`)).status).toBe(431);
});

test('a limit of callers without a key goes by their own address, and not by that of the proxy', async () => {
  await using gw = await startForward({ RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REQUESTS: '1' });
  const send = () => askRaw(gw.forwardUrl, toAbsoluteRequest(`${gw.fake.url}/v1/messages`));
  const statuses = [(await send()).status, (await send()).status];
  expect(statuses).toEqual([200, 429]);
  const { hostname, port } = new URL(gw.forwardUrl);
  // Another address of this machine is another caller.
  const { promise, resolve } = Promise.withResolvers<string>();
  const other = connect({ host: hostname, port: Number(port), localAddress: '127.0.0.9' });
  let said = '';
  other.on('data', (bytes) => void (said += bytes.toString()));
  other.once('close', () => resolve(said));
  other.write(toAbsoluteRequest(`${gw.fake.url}/v1/messages`));
  expect(await promise).toStartWith('HTTP/1.1 200');
});
