import { expect, test } from 'bun:test';
import { METRICS, type MetricDeclaration } from '@nexus/contract';
import { createTestDatabase } from '@nexus/testkit';
import { join } from 'node:path';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { DASHBOARD_KEY, loadPage } from './load-page.ts';
import { findValue } from './read-page.ts';

const TABLE: Readonly<Record<string, MetricDeclaration>> = METRICS;

/** There is no Redis in this test. */
const WITH_REDIS = new Set(['nexus_redis_up', 'nexus_limits_without_redis_total']);

test('the page holds exactly the names of the table, with their types, words and labels', async () => {
  await using gw = await startTestGateway({ env: { DASHBOARD_API_KEY: DASHBOARD_KEY, FORWARD_PROXY_PORT: '0' } });
  await (await gw.send('fake-text', { stream: true })).text();
  await (await gw.send('fake-tools-parallel')).text();
  await (await gw.send('fake-529')).text();
  const page = await loadPage(gw);
  const own = [...page.values()].filter(({ name }) => !/^(process|nodejs)_/.test(name));
  expect(new Set(own.map(({ name }) => name))).toEqual(
    new Set(Object.keys(METRICS).filter((name) => !WITH_REDIS.has(name))),
  );
  for (const { name, type, help, samples } of own) {
    const declared = TABLE[name];
    expect({ name, type, help }).toEqual({ name, type: declared?.type ?? '', help: declared?.help ?? '' });
    for (const { labels } of samples) {
      const { le: _, ...rest } = labels;
      expect({ name, labels: Object.keys(rest) }).toEqual({ name, labels: [...(declared?.labels ?? [])] });
    }
  }
}, 30_000);

test('every name says its unit, and a counter that it is one', () => {
  for (const [name, { type, help }] of Object.entries(TABLE)) {
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    expect({ name, isTotal: name.endsWith('_total') }).toEqual({ name, isTotal: type === 'counter' });
    if (type === 'histogram') expect(name).toMatch(/_seconds$/);
    expect(help).toMatch(/^[A-Z1].*\.$/);
  }
});

test('what passed is counted at the very next scrape: requests, tokens, money, streams and tools', async () => {
  await using gw = await startTestGateway({ env: { DASHBOARD_API_KEY: DASHBOARD_KEY } });
  const usages: { input_tokens: number; output_tokens: number }[] = [];
  for (let count = 0; count < 3; count += 1) {
    const answer = await gw.send('fake-text');
    const body: { readonly usage: (typeof usages)[number] } = JSON.parse(await answer.text());
    usages.push(body.usage);
  }
  await (await gw.send('fake-tools-parallel', { stream: true })).text();
  await (await gw.send('fake-text', { path: '/v1/some/new/thing' })).text();
  const page = await loadPage(gw);
  const sum = (field: 'input_tokens' | 'output_tokens') => usages.reduce((total, usage) => total + usage[field], 0);
  const model = 'fake-text';
  expect({
    answered: findValue(page, 'http_requests_total', { method: 'POST', endpoint: '/v1/messages', status: '200' }),
    timed: findValue(page, 'http_request_duration_seconds_count', { method: 'POST', endpoint: '/v1/messages' }),
    upstream: findValue(page, 'nexus_upstream_requests_total', {
      protocol: 'anthropic',
      model,
      status_class: '2xx',
      credential: 'default',
    }),
    input: findValue(page, 'nexus_tokens_total', { model, type: 'input' }),
    output: findValue(page, 'nexus_tokens_total', { model, type: 'output' }),
    outputOfOld: findValue(page, 'token_usage_total', { model, type: 'output' }),
    streams: findValue(page, 'nexus_stream_end_total', { reason: 'completed' }),
    firstTokens: findValue(page, 'nexus_ttft_seconds_count', { model: 'fake-tools-parallel' }),
    unpriced: findValue(page, 'nexus_unpriced_requests_total', { model }),
    exchanges: findValue(page, 'nexus_exchanges_total', { outcome: 'completed' }),
    healthy: findValue(page, 'nexus_credential_state', { credential: 'default', state: 'healthy' }),
    database: findValue(page, 'nexus_database_up'),
  }).toEqual({
    answered: 4,
    timed: 4,
    upstream: 3,
    input: sum('input_tokens'),
    output: sum('output_tokens'),
    outputOfOld: sum('output_tokens'),
    streams: 1,
    firstTokens: 1,
    unpriced: 3,
    exchanges: 4,
    healthy: 1,
    database: 0,
  });
  expect(page.get('nexus_tool_calls_total')?.samples.length).toBeGreaterThan(0);
  expect(findValue(page, 'http_requests_total', { method: 'POST', endpoint: '/v1/*', status: '404' })).toBe(1);
}, 30_000);

test('callers cannot grow the page: models that nobody answered to, paths and methods are one series each', async () => {
  await using gw = await startTestGateway({ env: { DASHBOARD_API_KEY: DASHBOARD_KEY } });
  for (let index = 0; index < 30; index += 1) {
    await (await gw.send('fake-404', { path: `/v1/files/${index}/content` })).text();
    await (await gw.send(`made-up-${index}`, { headers: { 'x-fake-status': '404' } })).text();
    await (await gw.send('fake-529', { path: `/nonsense/${index}` })).text();
  }
  const page = await loadPage(gw);
  const endpoints = new Set(page.get('http_requests_total')?.samples.map(({ labels }) => labels['endpoint']));
  expect(endpoints).toEqual(new Set(['/*', '/v1/files/{id}/content', '/v1/messages']));
}, 30_000);

test('no account, model or header makes a secret or an address of a person part of the page', async () => {
  await using gw = await startTestGateway({
    env: { DASHBOARD_API_KEY: DASHBOARD_KEY },
    prepare: async (dir) => {
      const accounts = [{ id: 'ada@example.com', type: 'api_key', api_key: 'sk-ant-api03-planted-file-0123456789' }];
      await Bun.write(join(dir, 'default.credentials.json'), JSON.stringify({ accounts }));
    },
  });
  await (await gw.send('fake-text', { headers: { 'x-claude-code-session-id': 'a-planted-session' } })).text();
  const page = await loadPage(gw);
  const text = JSON.stringify([...page.values()]);
  expect(text).toContain('account-');
  expect(text).not.toMatch(/ada@|example\.com|planted/);
  expect(findValue(page, 'active_sessions')).toBe(1);
}, 30_000);

test('with a database, the page says that it answers and what its connections do', async () => {
  const database = await createTestDatabase();
  {
    await using gw = await startTestGateway({
      env: { DASHBOARD_API_KEY: DASHBOARD_KEY, STORAGE_ENABLED: 'true', DATABASE_URL: database.url },
    });
    expect(await gw.gateway.ready).toBe(true);
    const page = await loadPage(gw);
    expect(findValue(page, 'nexus_database_up')).toBe(1);
    expect(findValue(page, 'database_connections', { state: 'idle' })).toBeGreaterThan(0);
  }
  await database.drop();
}, 120_000);
