import { expect, test } from 'bun:test';
import { startTestGateway } from '../support/start-test-gateway.ts';

/** What closing may take: two seconds for a collector, and what it takes anyway. A post alone may take ten. */
const CLOSE_MS_MAX = 8_000;

async function sendAndClose(url: string): Promise<string> {
  const gw = await startTestGateway({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: url, TELEMETRY_ENDPOINT: url } });
  for (let count = 0; count < 20; count += 1) expect((await gw.send('fake-text')).status).toBe(200);
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve('still closing'), CLOSE_MS_MAX);
  const end = await Promise.race([gw[Symbol.asyncDispose]().then(() => 'closed'), late.promise]);
  clearTimeout(timer);
  return end;
}

test('a collector that never answers holds up neither callers nor the end of the process', async () => {
  const silent = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => Promise.withResolvers<Response>().promise });
  expect(await sendAndClose(`http://127.0.0.1:${silent.port}`)).toBe('closed');
  await silent.stop(true);
}, 30_000);

test('nor does one that is not there', async () => {
  const gone = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() });
  const url = `http://127.0.0.1:${gone.port}`;
  await gone.stop(true);
  expect(await sendAndClose(url)).toBe('closed');
}, 30_000);
