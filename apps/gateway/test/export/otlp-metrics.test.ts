import { expect, test } from 'bun:test';
import { loadPage } from '../metrics/load-page.ts';
import { findValue } from '../metrics/read-page.ts';
import { waitFor } from '../support/wait-for.ts';
import { startTracedGateway, type TracedGateway } from './traced-gateway.ts';

test('calls of models are told as histograms of tokens, duration and first token', async () => {
  await using traced = await startTracedGateway();
  const { gw, collector } = traced;
  await (await gw.send('fake-text', { stream: true })).text();
  await (await gw.send('fake-text')).text();
  await (await gw.send('fake-529')).text();
  const point = (name: string, more: Readonly<Record<string, string>> = {}) =>
    collector.points.findLast(
      (each) => each.name === name && Object.entries(more).every(([key, value]) => each.attributes[key] === value),
    );
  await waitFor('all three to be told', () => {
    const ok = collector.points.findLast(
      ({ name, attributes }) => name === 'gen_ai.client.operation.duration' && attributes['error.type'] === undefined,
    );
    return ok?.count === 2 && point('gen_ai.client.operation.duration', { 'error.type': 'overloaded_error' });
  });
  const input = point('gen_ai.client.token.usage', { 'gen_ai.token.type': 'input' });
  expect(input).toMatchObject({
    unit: '{token}',
    count: 2,
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'fake-text',
      'gen_ai.response.model': 'fake-text',
    },
  });
  expect(input?.bounds).toEqual([
    1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
  ]);
  expect(input?.sum).toBeGreaterThan(0);
  expect(point('gen_ai.client.operation.duration')?.unit).toBe('s');
  expect(point('gen_ai.client.operation.time_to_first_chunk')?.count).toBe(1);
  expect(point('gen_ai.server.time_to_first_token')?.count).toBeGreaterThan(0);
}, 30_000);

test('JSON is spoken where it is asked for', async () => {
  await using traced = await startTracedGateway({ env: { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' } });
  const answer = await traced.gw.send('fake-text');
  await answer.text();
  const post = await waitFor('a post', () => traced.collector.posts.find(({ path }) => path === '/v1/traces'));
  expect(post.headers.get('content-type')).toBe('application/json');
  const body: { resourceSpans: { scopeSpans: { spans: { traceId: string; name: string }[] }[] }[] } = JSON.parse(
    new TextDecoder().decode(post.body),
  );
  const [root] = body.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
  expect(root).toMatchObject({
    traceId: answer.headers.get('x-nexus-request-id')?.replaceAll('-', ''),
    name: 'POST /v1/messages',
  });
}, 30_000);

test('posts are compressed where it is asked for', async () => {
  await using traced = await startTracedGateway({ env: { OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip' } });
  const answer = await traced.gw.send('fake-text');
  await answer.text();
  const [root] = await traced.trace(answer.headers.get('x-nexus-request-id'));
  expect(root?.name).toBe('POST /v1/messages');
  expect(traced.collector.posts.every(({ headers }) => headers.get('content-encoding') === 'gzip')).toBe(true);
}, 30_000);

test('a collector that refuses costs callers nothing; what it did not take is counted and told once', async () => {
  await using traced = await startTracedGateway({ env: { OTEL_METRICS_EXPORTER: 'none' } });
  const { gw, collector } = traced;
  collector.answer(400);
  for (let count = 0; count < 20; count += 1) expect((await gw.send('fake-text')).status).toBe(200);
  await waitFor('all to be dropped', async () => (await valueOf(traced, 'nexus_dropped_total')) === 20);
  expect(await valueOf(traced, 'nexus_export_sent_total')).toBe(0);
  expect(collector.posts.every(({ path }) => path === '/v1/traces')).toBe(true);
  expect(gw.logText().match(/telemetry cannot be sent/g)).toHaveLength(1);
  collector.answer(200);
  await (await gw.send('fake-text')).text();
  await waitFor('one to be taken', async () => (await valueOf(traced, 'nexus_export_sent_total')) === 1);
  expect(gw.logText()).toContain('telemetry goes out again');
}, 30_000);

test('a collector that is busy is asked again', async () => {
  await using traced = await startTracedGateway({ env: { OTEL_METRICS_EXPORTER: 'none' } });
  const { gw, collector } = traced;
  collector.answer(503, { 'retry-after': '0' });
  await (await gw.send('fake-text')).text();
  await waitFor('a first try', () => collector.posts.length > 0);
  collector.answer(200);
  await waitFor('the trace', () => collector.spans.length > 0);
}, 30_000);

async function valueOf({ gw }: TracedGateway, name: string): Promise<number | null> {
  return findValue(await loadPage(gw), name, { what: 'traces' });
}
