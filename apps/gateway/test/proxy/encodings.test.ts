import { afterAll, expect, test } from 'bun:test';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import { startTestGateway, toMessagesRequest } from '../support/start-test-gateway.ts';

const gw = await startTestGateway();
afterAll(() => gw[Symbol.asyncDispose]());

const DECODERS = {
  gzip: gunzipSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
  deflate: inflateSync,
} as const;

for (const [coding, decode] of Object.entries(DECODERS)) {
  for (const stream of [true, false]) {
    test(`a ${coding} answer (${stream ? 'stream' : 'whole'}) passes encoded, and its usage is still seen`, async () => {
      const model = `fake-encoding-${coding}`;
      const answer = await gw.send(model, { stream });
      expect(answer.headers.get('content-encoding')).toBe(coding);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const direct = await fetch(`${gw.fake.url}/v1/messages`, {
        ...toMessagesRequest(model, { stream, headers: { 'x-api-key': 'sk-ant-api03-x' } }),
      });
      expect(withoutIds(decode(bytes))).toBe(withoutIds(decode(Buffer.from(await direct.arrayBuffer()))));
      const line = await gw.exchange(answer.headers.get('x-nexus-request-id'));
      expect(line).toMatchObject({ outcome: 'completed', responseBytes: bytes.byteLength });
      expect(line.outputTokens).toBeGreaterThan(0);
    });
  }
}

test('an encoding that we cannot read passes all the same', async () => {
  const upstream = Bun.serve({
    port: 0,
    fetch: () => new Response('??', { headers: { 'content-encoding': 'future', 'content-type': 'application/json' } }),
  });
  await using own = await startTestGateway({ env: { CLAUDE_API_BASE_URL: upstream.url.origin } });
  const answer = await own.send('m');
  expect(answer.headers.get('content-encoding')).toBe('future');
  expect(Buffer.from(await answer.arrayBuffer()).toString()).toBe('??');
  expect((await own.exchange(answer.headers.get('x-nexus-request-id'))).outcome).toBe('completed');
  await upstream.stop(true);
});

function withoutIds(text: Buffer): string {
  return text.toString().replaceAll(/msg_\w+/g, 'msg');
}
