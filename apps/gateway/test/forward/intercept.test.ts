import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestGateway, startTestGateway, toMessagesRequest } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { startTlsUpstream } from './tls-upstream.ts';

// `fetch` would go past a proxy that it was told to use where the environment keeps loopback off proxies, as that of tests does.
const KEPT_OFF = ['NO_PROXY', 'no_proxy'].map((name) => [name, Bun.env[name]] as const);
beforeAll(() => {
  for (const [name] of KEPT_OFF) Bun.env[name] = '';
});
afterAll(() => {
  for (const [name, value] of KEPT_OFF) Bun.env[name] = value ?? '';
});

const CLIENT_KEY = 'harbour-client-key';

function startIntercepting(env: Readonly<Record<string, string>> = {}): Promise<TestGateway> {
  return startTestGateway({
    env: { FORWARD_PROXY_PORT: '0', NEXUS_FORWARD_INTERCEPT: 'on', ...env },
    prepare: async (dir) => {
      const file = { type: 'api_key', api_key: 'sk-ant-api03-of-the-harbour', client_api_key: CLIENT_KEY };
      await Bun.write(join(dir, 'default.credentials.json'), JSON.stringify(file));
    },
  });
}

function toAuthority(gw: TestGateway): string {
  return join(gw.credentialsDir, '..', 'data', 'secrets', 'forward-ca.pem');
}

async function readCertificate(gw: TestGateway): Promise<string> {
  const text = await readFile(toAuthority(gw), 'utf8');
  return text.slice(text.indexOf('-----BEGIN CERTIFICATE-----'));
}

interface Sending {
  readonly model?: string;
  readonly proxy?: string;
  readonly ca?: string;
  readonly stream?: boolean;
  readonly signal?: AbortSignal;
}

/** Sends a request to Claude's own address by HTTPS, through the forward proxy. */
async function send(gw: TestGateway, { model = 'fake-text', proxy = gw.forwardUrl, ca, ...options }: Sending = {}) {
  const url = gw.fake.url.replace('http:', 'https:');
  const trusted = ca ?? (await readCertificate(gw));
  return fetch(`${url}/v1/messages?beta=true`, {
    ...toMessagesRequest(model, { ...options, headers: { 'x-twice': 'a, b' } }),
    proxy,
    tls: { ca: trusted },
  });
}

describe('an intercepted connection to an upstream', () => {
  test('is answered by Claude through the pipeline, and recorded like any other', async () => {
    await using gw = await startIntercepting();
    const answer = await send(gw);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ type: 'message' });
    const [request] = gw.fake.requests;
    expect(request?.target).toBe('/v1/messages?beta=true');
    expect([request?.header('x-api-key'), request?.header('x-twice')]).toEqual(['sk-ant-api03-of-the-harbour', 'a, b']);
    expect(await gw.exchange(answer.headers.get('x-nexus-request-id'))).toMatchObject({
      outcome: 'completed',
      domain: 'default',
      accountId: 'file:default',
    });
  });

  test('streams as it comes, and frees the upstream when its caller leaves', async () => {
    await using gw = await startIntercepting();
    const whole = await (await send(gw, { model: 'fake-text', stream: true })).text();
    expect(whole.trimEnd()).toEndWith('data: {"type":"message_stop"}');
    const leaving = new AbortController();
    const answer = await send(gw, { model: 'fake-stream-1000-20', stream: true, signal: leaving.signal });
    const reader = answer.body?.getReader();
    await reader?.read();
    leaving.abort();
    await waitFor('the exchange to end', () => gw.ended().length === 2);
    expect(gw.ended()[1]?.outcome).toBe('aborted');
  });

  test('needs the key of the proxy where keys are required, for the connection and not for each request', async () => {
    await using gw = await startIntercepting({ ENABLE_CLIENT_AUTH: 'true' });
    const refused = await send(gw).then(
      (answer) => answer.status,
      () => 'refused',
    );
    expect(refused === 'refused' || refused === 407).toBe(true);
    expect(gw.fake.requests).toEqual([]);
    const proxy = gw.forwardUrl.replace('://', `://nexus:${CLIENT_KEY}@`);
    const answer = await send(gw, { proxy });
    expect(answer.status).toBe(200);
    expect(await gw.exchange(answer.headers.get('x-nexus-request-id'))).toMatchObject({ keyId: 'file:default' });
    expect(gw.logText()).not.toContain(CLIENT_KEY);
  });

  test('is trusted by nobody who was not told to', async () => {
    await using gw = await startIntercepting();
    await using other = await startTlsUpstream();
    expect(
      await send(gw, { ca: other.ca }).then(
        () => 'trusted',
        () => 'refused',
      ),
    ).toBe('refused');
    expect(gw.fake.requests).toEqual([]);
  });
});

test('hosts that are allowed and are no upstream pass unseen, with their own certificate', async () => {
  await using other = await startTlsUpstream();
  await using gw = await startIntercepting({ NEXUS_FORWARD_ALLOW: `localhost:${other.port}` });
  const answer = await fetch(`${other.url}/elsewhere`, { proxy: gw.forwardUrl, tls: { ca: other.ca } });
  expect([answer.status, other.asked.map(({ target }) => target)]).toEqual([200, ['/elsewhere']]);
  expect(other.asked[0]?.headers.get('x-api-key')).toBeNull();
  expect(gw.ended()).toEqual([]);
});

test('the authority is made once, is its owner’s alone, and signs nothing but servers', async () => {
  await using gw = await startIntercepting();
  expect((await stat(toAuthority(gw))).mode & 0o777).toBe(0o600);
  const certificate = new X509Certificate(await readCertificate(gw));
  expect([certificate.ca, certificate.subject.includes('Claude Nexus')]).toEqual([true, true]);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test('without NEXUS_FORWARD_INTERCEPT no authority is made', async () => {
  await using gw = await startIntercepting({ NEXUS_FORWARD_INTERCEPT: 'off' });
  expect(await Bun.file(toAuthority(gw)).exists()).toBe(false);
});
