import { expect, test } from 'bun:test';
import { PHASES } from '@nexus/contract';
import { type CollectedSpan, startFakeClaude } from '@nexus/testkit';
import { toPoolFile, toPoolPath } from '../accounts/pool-gateway.ts';
import { startTracedGateway } from './traced-gateway.ts';

const CALLER_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const CALLER_SPAN = '00f067aa0ba902b7';
const TRACEPARENT = `00-${CALLER_TRACE}-${CALLER_SPAN}-01`;

function byName(spans: readonly CollectedSpan[], name: string): CollectedSpan {
  const found = spans.find((span) => span.name === name);
  if (found === undefined) throw new Error(`no span ${name} among ${spans.map((span) => span.name).join(', ')}`);
  return found;
}

test('a streamed answer is one trace: the request, each phase, and the call of the model with what it used', async () => {
  await using traced = await startTracedGateway({
    env: { OTEL_SERVICE_NAME: 'nexus-of-team', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test%20bed' },
  });
  const { gw } = traced;
  const answer = await gw.send('fake-thinking', {
    stream: true,
    headers: { 'x-claude-code-session-id': '0198c0de-0000-7000-8000-000000000001', 'user-agent': 'a-client/1.0' },
  });
  const text = await answer.text();
  const requestId = answer.headers.get('x-nexus-request-id');
  const spans = await traced.trace(requestId);
  const [root] = spans;
  const usage = readUsage(text);
  expect(spans).toHaveLength(1 + PHASES.length + 1);

  expect(root).toMatchObject({
    traceId: requestId?.replaceAll('-', ''),
    parentSpanId: null,
    name: 'POST /v1/messages',
    kind: 2,
    statusCode: 0,
  });
  expect(root?.resource).toMatchObject({
    'service.name': 'nexus-of-team',
    'service.version': '0.1.0',
    'deployment.environment.name': 'test bed',
  });
  expect(root?.attributes).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/v1/messages',
    'url.path': '/v1/messages',
    'url.scheme': 'http',
    'http.response.status_code': 200,
    'user_agent.original': 'a-client/1.0',
    'nexus.domain': 'default',
    'nexus.outcome': 'completed',
    'nexus.account.id': 'default',
    'session.id': '0198c0de-0000-7000-8000-000000000001',
  });

  for (const phase of PHASES) {
    const span = byName(spans, phase);
    expect(span).toMatchObject({ kind: 1, parentSpanId: root?.spanId ?? '' });
    const isWithin = span.startNs >= (root?.startNs ?? 0n) && span.endNs <= (root?.endNs ?? 0n);
    expect([phase, isWithin, span.endNs >= span.startNs]).toEqual([phase, true, true]);
  }

  const chat = byName(spans, 'chat fake-thinking');
  expect(chat).toMatchObject({ kind: 3, parentSpanId: root?.spanId ?? '', statusCode: 0 });
  const { hostname, port } = new URL(gw.fake.url);
  expect(chat.attributes).toMatchObject({
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'anthropic',
    'gen_ai.request.model': 'fake-thinking',
    'gen_ai.response.model': 'fake-thinking',
    'gen_ai.request.stream': true,
    'gen_ai.request.max_tokens': 1_000,
    'gen_ai.conversation.id': '0198c0de-0000-7000-8000-000000000001',
    'gen_ai.response.finish_reasons': ['end_turn'],
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.output_tokens': usage.output,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheRead,
    'gen_ai.usage.cache_write.input_tokens': usage.cacheWrite,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrite,
    'http.response.status_code': 200,
    'server.address': hostname,
    'server.port': Number(port),
  });
  expect(typeof chat.attributes['gen_ai.response.time_to_first_chunk']).toBe('number');
  expect(new Set(spans.map(({ spanId }) => spanId)).size).toBe(spans.length);
}, 30_000);

test('a caller that traces is the parent, and its headers reach Claude as they were sent', async () => {
  await using traced = await startTracedGateway();
  const { gw } = traced;
  const headers = { traceparent: TRACEPARENT, tracestate: 'vendor=opaque' };
  const answer = await gw.send('fake-text', { headers });
  await answer.text();
  const [root] = await traced.trace(answer.headers.get('x-nexus-request-id'));
  expect(root).toMatchObject({ traceId: CALLER_TRACE, parentSpanId: CALLER_SPAN });
  const [sent] = gw.fake.requests;
  expect([sent?.header('traceparent'), sent?.header('tracestate')]).toEqual([TRACEPARENT, 'vendor=opaque']);
  expect(await lineOf(traced, answer)).toMatchObject({ trace_id: CALLER_TRACE });
}, 30_000);

test('where the caller brings no trace, none is made up on the way to Claude', async () => {
  await using traced = await startTracedGateway();
  const answer = await traced.gw.send('fake-text');
  await answer.text();
  const requestId = answer.headers.get('x-nexus-request-id');
  await traced.trace(requestId);
  expect(traced.gw.fake.requests[0]?.header('traceparent') ?? null).toBeNull();
  expect(await lineOf(traced, answer)).toMatchObject({ trace_id: requestId?.replaceAll('-', '') });
}, 30_000);

test('a caller that does not sample is not traced, and is counted all the same', async () => {
  await using traced = await startTracedGateway();
  const { gw, collector } = traced;
  const unsampled = await gw.send('fake-text', { headers: { traceparent: TRACEPARENT.replace(/01$/, '00') } });
  await unsampled.text();
  const sampled = await gw.send('fake-text');
  await sampled.text();
  await traced.trace(sampled.headers.get('x-nexus-request-id'));
  expect(collector.spans.some(({ traceId }) => traceId === CALLER_TRACE)).toBe(false);
}, 30_000);

test('a fail-over shows each account that was asked below the call of the model', async () => {
  const other = await startFakeClaude();
  await using traced = await startTracedGateway({
    env: { NEXUS_PRIVATE_UPSTREAMS: 'true' },
    prepare: async (dir) => {
      const accounts = [
        { id: 'first', meets: { '529': '' } },
        { id: 'second', priority: 1, baseUrl: other.url },
      ];
      await Bun.write(toPoolPath(dir), toPoolFile(accounts));
    },
  });
  const answer = await traced.gw.send('fake-text');
  await answer.text();
  const spans = await traced.trace(answer.headers.get('x-nexus-request-id'));
  const chat = byName(spans, 'chat fake-text');
  const attempts = spans.filter(({ name }) => name === 'attempt');
  expect(attempts.map(({ parentSpanId }) => parentSpanId)).toEqual([chat.spanId, chat.spanId]);
  expect(
    attempts.map((span) => [span.attributes['nexus.account.id'], span.attributes['http.response.status_code']]),
  ).toEqual([
    ['first', 529],
    ['second', 200],
  ]);
  expect(attempts.map(({ statusCode }) => statusCode)).toEqual([2, 0]);
  expect(chat.attributes['server.port']).toBe(Number(new URL(other.url).port));
  expect(chat.startNs <= (attempts[0]?.startNs ?? 0n)).toBe(true);
  await other.stop();
}, 30_000);

test('failures are told by their kind: Claude’s own, ours, and a request that was never sent', async () => {
  await using traced = await startTracedGateway();
  const { gw } = traced;
  const trace = async (answer: Response) => {
    await answer.text();
    return traced.trace(answer.headers.get('x-nexus-request-id'));
  };
  const overloaded = await trace(await gw.send('fake-529'));
  expect(byName(overloaded, 'chat fake-529')).toMatchObject({
    statusCode: 2,
    attributes: { 'error.type': 'overloaded_error', 'http.response.status_code': 529 },
  });
  const streamed = byName(await trace(await gw.send('fake-529', { stream: true })), 'chat fake-529');
  expect(streamed.attributes['gen_ai.response.time_to_first_chunk']).toBeUndefined();
  expect(overloaded[0]?.statusCode).toBe(2);
  const refused = await trace(await gw.send('fake-text', { headers: { 'x-nexus-domain': 'bad domain!' } }));
  expect(refused.some(({ name }) => name.startsWith('chat'))).toBe(false);
  expect(refused[0]?.attributes).toMatchObject({ 'nexus.outcome': 'refused' });
  expect(refused[0]?.statusCode).toBe(0);
  expect(typeof refused[0]?.attributes['error.type']).toBe('string');
}, 30_000);

test('nothing that was said, and no secret, leaves in a trace or a metric', async () => {
  await using traced = await startTracedGateway({
    env: {
      ANTHROPIC_API_KEY: planted('stored'),
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20for-the-collector,x-tenant=ours',
    },
  });
  const { gw, collector } = traced;
  let last = null;
  for (const headers of [
    { 'x-api-key': planted('header') },
    { authorization: `Bearer ${planted('bearer')}`, cookie: planted('cookie') },
    { 'x-claude-code-session-id': planted('session'), 'user-agent': planted('agent') },
  ]) {
    const answer = await gw.send('fake-text', { headers, text: 'the planted words of the user' });
    await answer.text();
    await (await gw.send(planted('model'), { headers })).text();
    await (await gw.send('fake-text', { headers, path: `/v1/messages?key=${planted('query')}` })).text();
    last = answer.headers.get('x-nexus-request-id');
  }
  await traced.trace(last);
  const everything = collector.posts.map(({ body }) => new TextDecoder().decode(body)).join('\n');
  expect(everything).toContain('chat fake-text');
  expect(everything.match(/.{0,40}planted.{0,40}/g) ?? []).toEqual([]);
  for (const post of collector.posts) {
    expect([post.headers.get('authorization'), post.headers.get('x-tenant')]).toEqual([
      'Bearer for-the-collector',
      'ours',
    ]);
  }
  expect(gw.logText()).not.toContain('for-the-collector');
}, 30_000);

test('what was said is in no trace unless it is asked for, and then with secrets masked', async () => {
  const text = `Keep ${planted('content')} to yourself`;
  for (const capture of ['no_content', 'SPAN_ONLY']) {
    await using traced = await startTracedGateway({
      env: { OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT: capture },
    });
    const answer = await traced.gw.send('fake-tools-parallel', { stream: true, text });
    await answer.text();
    const chat = byName(await traced.trace(answer.headers.get('x-nexus-request-id')), 'chat fake-tools-parallel');
    const told = JSON.stringify(chat.attributes);
    const isAsked = capture === 'SPAN_ONLY';
    for (const part of ['gen_ai.input.messages', 'gen_ai.output.messages', 'Keep sk-ant-api03-*** to yourself']) {
      expect([part, told.includes(part)]).toEqual([part, isAsked]);
    }
    expect(told).not.toContain('planted');
  }
}, 60_000);

async function lineOf({ gw }: { readonly gw: { exchange(id: string | null): Promise<unknown> } }, answer: Response) {
  return gw.exchange(answer.headers.get('x-nexus-request-id'));
}

function planted(name: string): string {
  return `sk-ant-api03-planted-${name}-0123456789abcdefghij`;
}

interface WireUsage {
  readonly input_tokens?: number;
  readonly output_tokens?: number;
  readonly cache_read_input_tokens?: number;
  readonly cache_creation_input_tokens?: number;
}

interface UsageEvent {
  readonly message?: { readonly usage: WireUsage };
  readonly usage?: WireUsage;
}

/** What a stream says that it used, as the conventions count it: cached input is part of the input. */
function readUsage(text: string) {
  const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, json = '{}']): UsageEvent => JSON.parse(json));
  const usages = events.map(({ message, usage }) => usage ?? message?.usage ?? {});
  const last = (field: keyof WireUsage) => usages.reduce((value, usage) => usage[field] ?? value, 0);
  const cacheRead = last('cache_read_input_tokens');
  const cacheWrite = last('cache_creation_input_tokens');
  return { input: last('input_tokens') + cacheRead + cacheWrite, output: last('output_tokens'), cacheRead, cacheWrite };
}
