import { afterAll, beforeAll, expect, test } from 'bun:test';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { type TestGateway, startTestGateway, toMessagesRequest } from '../support/start-test-gateway.ts';

// `fetch` would go past a proxy that it was told to use where the environment keeps loopback off proxies, as that of tests does.
const KEPT_OFF = ['NO_PROXY', 'no_proxy'].map((name) => [name, Bun.env[name]] as const);
let gw: TestGateway;

beforeAll(async () => {
  for (const [name] of KEPT_OFF) Bun.env[name] = '';
  gw = await startTestGateway({ env: { FORWARD_PROXY_PORT: '0', NEXUS_FORWARD_INTERCEPT: 'on' } });
});
afterAll(async () => {
  for (const [name, value] of KEPT_OFF) Bun.env[name] = value ?? '';
  await gw[Symbol.asyncDispose]();
});

const DECODERS = { gzip: gunzipSync, br: brotliDecompressSync, zstd: zstdDecompressSync } as const;

for (const [coding, decode] of Object.entries(DECODERS)) {
  for (const scheme of ['http:', 'https:']) {
    const way = scheme === 'http:' ? 'in absolute form' : 'through an intercepted CONNECT';
    test(`a ${coding} answer passes ${way} as Claude sent it`, async () => {
      const model = `fake-encoding-${coding}`;
      const file = await readFile(join(gw.credentialsDir, '..', 'data', 'secrets', 'forward-ca.pem'), 'utf8');
      const answer = await fetch(`${gw.fake.url.replace('http:', scheme)}/v1/messages`, {
        ...toMessagesRequest(model, { stream: true }),
        proxy: gw.forwardUrl,
        tls: { ca: file.slice(file.indexOf('-----BEGIN CERTIFICATE-----')) },
      });
      expect(answer.headers.get('content-encoding')).toBe(coding);
      expect(answer.headers.has('x-nexus-request-id')).toBe(true);
      const text = decode(Buffer.from(await answer.arrayBuffer())).toString();
      expect(text).toStartWith('event: message_start');
      expect(text.trimEnd()).toEndWith('data: {"type":"message_stop"}');
      const line = await gw.exchange(answer.headers.get('x-nexus-request-id'));
      expect(line).toMatchObject({ outcome: 'completed', accountId: 'default' });
    });
  }
}
