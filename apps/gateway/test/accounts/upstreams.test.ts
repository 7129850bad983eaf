import { describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { toMessagesRequest } from '../support/start-test-gateway.ts';
import { listAsked, startPoolGateway, toPoolFile, toPoolPath } from './pool-gateway.ts';

test('a path map and a header policy are followed for their account alone', async () => {
  await using gw = await startPoolGateway([{ id: 'plain' }]);
  const upstream = {
    baseUrl: `${gw.fake.url}/anthropic`,
    paths: { '/v1': '/proxy/v1' },
    setHeaders: { 'x-team': 'harbour' },
    removeHeaders: ['user-agent'],
  };
  await Bun.write(toPoolPath(gw.credentialsDir), toPoolFile([{ id: 'mapped', upstream }]));
  await Bun.sleep(0);
  const answers: string[] = [];
  // The fake knows no such path; that it was asked for it is what counts.
  while (!answers.includes('/anthropic/proxy/v1/messages')) {
    await (await gw.send('fake-text', { headers: { 'user-agent': 'harbour-client' } })).text();
    answers.push(gw.fake.requests.at(-1)?.path ?? '');
  }
  const request = gw.fake.requests.at(-1);
  expect(request?.header('x-team')).toBe('harbour');
  expect(request?.header('user-agent')).not.toBe('harbour-client');
});

describe('a beta that an upstream does not know', () => {
  const withoutBetas = [{ beta: 'context-management-2025-06-27', field: 'context_management' }];
  const upstream = { withoutBetas };
  const body =
    '{"model":"fake-text","context_management":{"edits":[]},"max_tokens":1e2, "messages":[{"role":"user","content":"Hi \\u00e9"}]}';
  const headers = {
    'anthropic-version': '2023-06-01',
    'anthropic-beta': 'context-management-2025-06-27,fine-grained-2025',
  };

  test('is taken out together with its field, and no other byte changes', async () => {
    await using gw = await startPoolGateway([{ id: 'elsewhere', upstream }]);
    await (await fetch(`${gw.url}/v1/messages`, { method: 'POST', headers, body })).text();
    const request = gw.fake.requests.at(-1);
    expect(request?.header('anthropic-beta')).toBe('fine-grained-2025');
    expect(request?.body.toString()).toBe(
      '{"model":"fake-text","max_tokens":1e2,"messages":[{"role":"user","content":"Hi \\u00e9"}]}',
    );
  });

  test('passes where nobody said so', async () => {
    await using gw = await startPoolGateway([{ id: 'plain' }]);
    await (await fetch(`${gw.url}/v1/messages`, { method: 'POST', headers, body })).text();
    const request = gw.fake.requests.at(-1);
    expect(request?.header('anthropic-beta')).toBe(headers['anthropic-beta']);
    expect(request?.body.toString()).toBe(body);
  });
});

describe('a private upstream in a file', () => {
  test.each([
    'http://127.0.0.1:9',
    'http://localhost:9',
    'http://10.0.0.8',
    'http://[::1]:9',
    'http://169.254.169.254',
    'http://[::ffff:10.0.0.8]',
  ])('%s is not used unless a setting allows it, and the other account serves', async (baseUrl) => {
    await using gw = await startPoolGateway(
      [
        { id: 'private', baseUrl },
        { id: 'public', priority: 1 },
      ],
      {
        env: { NEXUS_PRIVATE_UPSTREAMS: 'false' },
      },
    );
    const answer = await gw.send('fake-text');
    expect([answer.status, answer.headers.get('x-nexus-attempts')]).toEqual([200, null]);
    expect(listAsked(gw)).toEqual(['public']);
    const refused = gw.gateway.accounts.list().find(({ id }) => id === 'private');
    expect(refused).toMatchObject({ state: 'disabled', because: expect.stringContaining('NEXUS_PRIVATE_UPSTREAMS') });
  });
});

test('an upstream with a certificate of its own is trusted by its CA file, and by nothing less', async () => {
  await using gw = await startPoolGateway([{ id: 'other' }]);
  const made = Bun.spawnSync([
    'openssl',
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
    '-keyout',
    join(gw.credentialsDir, 'key.pem'),
    '-out',
    join(gw.credentialsDir, 'ca.pem'),
  ]);
  // Where no openssl is installed there is nothing to make a certificate with.
  if (made.exitCode !== 0) return;
  const tls = { key: Bun.file(join(gw.credentialsDir, 'key.pem')), cert: Bun.file(join(gw.credentialsDir, 'ca.pem')) };
  using secure = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    tls,
    fetch: () => Response.json({ type: 'message', content: [] }),
  });
  const baseUrl = `https://127.0.0.1:${secure.port}`;
  async function statusOf(upstream: Readonly<Record<string, unknown>>): Promise<number> {
    await using one = await startPoolGateway([{ id: 'secure', upstream }], {
      prepare: async (dir) => void (await Bun.write(join(dir, 'ca.pem'), Bun.file(join(gw.credentialsDir, 'ca.pem')))),
    });
    return (await fetch(`${one.url}/v1/messages`, toMessagesRequest('fake-text'))).status;
  }
  expect(await statusOf({ baseUrl, caFile: 'ca.pem' })).toBe(200);
  expect(await statusOf({ baseUrl })).toBe(502);
});

test('an egress proxy is asked for the upstream by its whole address', async () => {
  const asked: string[] = [];
  const answer = '{"type":"message","content":[]}';
  const egress = Bun.listen({
    hostname: '127.0.0.1',
    port: 0,
    socket: {
      data(socket, bytes) {
        asked.push(bytes.toString().split('\r\n')[0] ?? '');
        socket.end(
          `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${answer.length}\r\n\r\n${answer}`,
        );
      },
    },
  });
  const upstream = { baseUrl: 'http://upstream.invalid', proxyUrl: `http://127.0.0.1:${egress.port}` };
  await using gw = await startPoolGateway([{ id: 'behind', upstream }]);
  const got = await gw.send('fake-text');
  expect([got.status, await got.text()]).toEqual([200, answer]);
  expect(asked).toEqual(['POST http://upstream.invalid/v1/messages HTTP/1.1']);
  egress.stop(true);
});
