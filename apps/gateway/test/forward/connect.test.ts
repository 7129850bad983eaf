import { describe, expect, test } from 'bun:test';
import { type AddressInfo, type Socket, createServer } from 'node:net';
import { createClient } from '@nexus/contract';
import { type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { type RawAnswer, askRaw, toBasic } from './ask-proxy.ts';
import { HOSTILE_PORTS, HOSTILE_TARGETS, PRIVATE_ADDRESSES } from './hostile-targets.ts';

/** A server that says what it heard in upper case, and remembers it. */
async function startEcho() {
  const heard: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      heard.push(bytes.toString());
      socket.write(bytes.toString().toUpperCase());
    });
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const { port } = toAddress(server.address());
  return {
    port,
    heard,
    [Symbol.dispose]: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function toAddress(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address;
}

function connectTo(
  gw: TestGateway,
  target: string,
  options: { early?: string; key?: string } = {},
): Promise<RawAnswer> {
  const shown = options.key === undefined ? '' : `Proxy-Authorization: ${toBasic(`nexus:${options.key}`)}\r\n`;
  const head = `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${shown}\r\n`;
  const early = options.early ?? '';
  return askRaw(gw.forwardUrl, head + early, (said) => early !== '' && said.endsWith(early.toUpperCase()));
}

function startForward(allow: string, options: Parameters<typeof startTestGateway>[0] = {}): Promise<TestGateway> {
  const env = typeof options.env === 'function' ? {} : options.env;
  return startTestGateway({ ...options, env: { FORWARD_PROXY_PORT: '0', NEXUS_FORWARD_ALLOW: allow, ...env } });
}

describe('a tunnel', () => {
  test('to a host and port that the operator named passes bytes both ways, adds none, and is logged and counted', async () => {
    using echo = await startEcho();
    await using gw = await startForward(`127.0.0.1:${echo.port}`);
    const answer = await connectTo(gw, `127.0.0.1:${echo.port}`, { early: 'hello' });
    expect([answer.status, answer.body]).toEqual([200, 'HELLO']);
    expect(echo.heard.join('')).toBe('hello');
    await waitFor('the tunnel to be logged', () => gw.logText().includes('"message":"tunnel"'));
    const line =
      gw
        .logText()
        .split('\n')
        .find((each) => each.includes('"message":"tunnel"')) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({
      outcome: 'closed',
      bytesUp: 5,
      bytesDown: 5,
      target: `127.0.0.1:${echo.port}`,
    });
    const page = await (await fetch(`${gw.url}/metrics`)).text().catch(() => '');
    if (page.includes('nexus_forward')) expect(page).toContain('nexus_forward_tunnel_bytes_total{direction="up"} 5');
  });

  test('goes to the address that was looked up and checked, once', async () => {
    using echo = await startEcho();
    const asked: string[] = [];
    await using gw = await startForward(`echo.example:${echo.port}`, {
      world: {
        resolve: async (name) => {
          asked.push(name);
          return asked.length === 1 ? ['127.0.0.1'] : ['203.0.113.1'];
        },
      },
    });
    const answer = await connectTo(gw, `echo.example:${echo.port}`, { early: 'hello' });
    expect([answer.body, asked]).toEqual(['HELLO', ['echo.example']]);
  });

  test('to the upstream itself is allowed without a word in NEXUS_FORWARD_ALLOW, and carries no credential of ours', async () => {
    using echo = await startEcho();
    await using gw = await startTestGateway({
      env: { FORWARD_PROXY_PORT: '0', CLAUDE_API_BASE_URL: `http://127.0.0.1:${echo.port}` },
    });
    const answer = await connectTo(gw, `127.0.0.1:${echo.port}`, { early: 'hello' });
    expect([answer.status, echo.heard.join('')]).toEqual([200, 'hello']);
  });

  test('that is silent for too long is closed', async () => {
    using echo = await startEcho();
    await using gw = await startForward(`127.0.0.1:${echo.port}`, { env: { NEXUS_FORWARD_IDLE_MS: '50' } });
    expect((await connectTo(gw, `127.0.0.1:${echo.port}`)).status).toBe(200);
    await waitFor('its line', () => gw.logText().includes('"outcome":"idle"'));
  });

  test('beyond the bound of connections is refused', async () => {
    using echo = await startEcho();
    await using gw = await startForward(`127.0.0.1:${echo.port}`, { env: { NEXUS_FORWARD_CONNECTIONS_MAX: '1' } });
    const target = `127.0.0.1:${echo.port}`;
    const { promise: open, resolve } = Promise.withResolvers<void>();
    const first = askRaw(gw.forwardUrl, `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\nx`, (said) => {
      if (said.endsWith('X')) resolve();
      return false;
    });
    await open;
    expect((await connectTo(gw, target)).status).toBe(503);
    for (const socket of gw.gateway.tunnels.clients()) socket.destroy();
    await first;
  });

  test('needs a key where keys are required', async () => {
    using echo = await startEcho();
    await using gw = await startForward(`127.0.0.1:${echo.port}`, { env: { ENABLE_CLIENT_AUTH: 'true' } });
    const answer = await connectTo(gw, `127.0.0.1:${echo.port}`, { early: 'hello' });
    expect(answer.status).toBe(407);
    expect(answer.head).toMatch(/^proxy-authenticate: Basic/im);
    expect([echo.heard, JSON.parse(answer.body).error.type]).toEqual([[], 'authentication_error']);
  });
});

test('at least a hundred hostile targets are refused with 403, and nothing is looked up for them', async () => {
  const asked: string[] = [];
  await using gw = await startForward('*.allowed.example,exact.example', {
    world: {
      resolve: async (name) => {
        asked.push(name);
        return ['203.0.114.1'];
      },
    },
  });
  const targets = [...HOSTILE_TARGETS, ...HOSTILE_PORTS];
  expect(new Set(targets).size).toBeGreaterThanOrEqual(100);
  const wrong: string[] = [];
  for (const target of targets) {
    const { status } = await connectTo(gw, target);
    // What is not even a request line is malformed.
    const isLine = /^[\x21-\x7e]+$/.test(target);
    if (status !== (isLine ? 403 : 400)) wrong.push(`${target}: ${status}`);
  }
  expect([wrong, asked]).toEqual([[], []]);
}, 60_000);

test('an allowed name that leads to a private address is refused, also beside a public one', async () => {
  let leadsTo = '';
  await using gw = await startForward('*.allowed.example,exact.example', {
    world: { resolve: async () => ['93.184.216.34', leadsTo] },
  });
  for (const address of PRIVATE_ADDRESSES) {
    leadsTo = address;
    for (const target of ['rebound.allowed.example:443', 'exact.example:443']) {
      const answer = await connectTo(gw, target);
      expect([address, answer.status, JSON.parse(answer.body).error.type]).toEqual([address, 403, 'permission_error']);
    }
  }
  expect(gw.logText()).toContain('private-address');
}, 60_000);

describe('a name server that hangs', () => {
  test('keeps no caller waiting for the answer, and what was sent meanwhile arrives', async () => {
    using echo = await startEcho();
    const { promise: found, resolve: find } = Promise.withResolvers<readonly string[]>();
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    await using gw = await startForward(`slow.example:${echo.port}`, { world: { resolve: () => found } });
    const target = `slow.example:${echo.port}`;
    const asked = askRaw(gw.forwardUrl, `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\nhello`, (said) => {
      if (said.startsWith('HTTP/1.1 200 ')) answer();
      return said.endsWith('HELLO');
    });
    await answered;
    expect(gw.gateway.tunnels.list(10)).toMatchObject([
      { target, state: 'connecting', keyId: null, clientAddress: '127.0.0.1', bytesUp: 0 },
    ]);
    expect(echo.heard).toEqual([]);
    find(['127.0.0.1']);
    expect([(await asked).body, echo.heard.join('')]).toEqual(['HELLO', 'hello']);
    await waitFor('its end', () => gw.gateway.tunnels.openCount() === 0);
  });

  test('and then says a private address: nothing was sent there, and the tunnel closes', async () => {
    using echo = await startEcho();
    const { promise: found, resolve } = Promise.withResolvers<readonly string[]>();
    await using gw = await startForward('exact.example', { world: { resolve: () => found } });
    const asked = connectTo(gw, 'exact.example:443', { early: 'hello' });
    await waitFor('the tunnel', () => gw.gateway.tunnels.openCount() === 1);
    resolve(['127.0.0.1']);
    expect(await asked).toMatchObject({ status: 200, body: '' });
    await waitFor('its line', () => gw.logText().includes('"outcome":"refused"'));
    expect(gw.logText()).toContain('private-address');
    expect(echo.heard).toEqual([]);
  });

  test('holds nothing of a caller that leaves', async () => {
    await using gw = await startForward('exact.example', { world: { resolve: () => new Promise(() => {}) } });
    const head = 'CONNECT exact.example:443 HTTP/1.1\r\nHost: exact.example\r\n\r\n';
    expect((await askRaw(gw.forwardUrl, head, (said) => said.startsWith('HTTP/1.1 200 '))).status).toBe(200);
    await waitFor('its end', () => gw.gateway.tunnels.openCount() === 0);
  });
});

test('tunnels are listed with who, where to and how much, and no more than asked for', async () => {
  using echo = await startEcho();
  const target = `127.0.0.1:${echo.port}`;
  await using gw = await startForward(target, { env: { DASHBOARD_API_KEY: 'a-dashboard-key' } });
  const client = createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': 'a-dashboard-key' } });
  expect(await client.perform('tunnel.list', {})).toEqual({ tunnels: [], openCount: 0 });
  const { promise: read, resolve } = Promise.withResolvers<void>();
  const asked = askRaw(gw.forwardUrl, `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\nhello`, (said) => {
    if (said.endsWith('HELLO')) resolve();
    return false;
  });
  await read;
  const { tunnels, openCount } = await client.perform('tunnel.list', {});
  expect(openCount).toBe(1);
  expect(tunnels).toMatchObject([
    { target, keyId: null, clientAddress: '127.0.0.1', state: 'open', bytesUp: 5, bytesDown: 5 },
  ]);
  expect(gw.gateway.tunnels.list(0)).toEqual([]);
  for (const socket of gw.gateway.tunnels.clients()) socket.destroy();
  await asked;
});

test('a name that is not found is told so', async () => {
  await using gw = await startForward('exact.example', {
    world: { resolve: () => Promise.reject(new Error('ENOTFOUND')) },
  });
  const answer = await connectTo(gw, 'exact.example:443');
  expect([answer.status, JSON.parse(answer.body).error.message]).toEqual([
    502,
    'The host name exact.example was not found.',
  ]);
});

test('CONNECT goes to nobody where it is not asked of the proxy: at PORT, and behind another request', async () => {
  await using gw = await startForward('exact.example');
  const target = 'CONNECT api.anthropic.com:443 HTTP/1.1\r\nHost: api.anthropic.com:443\r\n\r\n';
  const atPort = await askRaw(gw.url, target, (said) => said.includes('CONNECT is answered'));
  expect(atPort.status).toBe(405);
  const behind = `GET /v1/models HTTP/1.1\r\nHost: gateway\r\n\r\n${target}`;
  await askRaw(gw.forwardUrl, behind, (said) => said.includes('CONNECT is answered'));
  expect(gw.fake.requests.filter(({ method }) => method === 'CONNECT')).toEqual([]);
});
