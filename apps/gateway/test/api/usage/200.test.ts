import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';
import { buildRecord, RECENT_MS, writeRecords } from '../records.ts';

const ACCOUNT = 'file:team.example.com';
const MINUTE_MS = 60_000;

/** Ten requests, two minutes apart: eight of Opus, two of a model that nobody can price, one of them failed. */
const records = Array.from({ length: 10 }, (_, serial) => {
  const isOdd = serial >= 8;
  return buildRecord({
    startedAtMs: RECENT_MS + serial * 2 * MINUTE_MS,
    sessionId: isOdd ? 's-2' : 's-1',
    model: isOdd ? '=cmd' : 'claude-opus-4-5',
    status: serial === 9 ? 500 : 200,
    outcome: serial === 9 ? 'upstream-error' : 'completed',
    toolNames: isOdd ? ['mcp__tracker__find', 'mcp__tracker__find', 'mcp__tracker__find'] : ['Bash', 'Read', 'Bash'],
    cost: isOdd
      ? { nanoDollars: null, pricing: 'unpriced', priceVersion: 'v' }
      : { nanoDollars: 2_000_000, cacheSaved: 500, pricing: 'exact', priceVersion: 'v' },
  });
});

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, records);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

const at = (ms: number) => new Date(ms).toISOString();

describe('usage over HTTP', () => {
  test('GET /api/usage splits by a dimension, fills in empty steps, and adds up', async () => {
    const report = await world.client.perform('usage.report', {
      from: at(RECENT_MS - 3_600_000),
      to: at(RECENT_MS + 3_600_000),
      step: 'hour',
      by: 'model',
    });
    expect(report.steps).toEqual([at(RECENT_MS - 3_600_000), at(RECENT_MS)]);
    expect(report.groups.map(({ group, requestCount }) => [group, requestCount])).toEqual([
      ['claude-opus-4-5', 8],
      ['=cmd', 2],
    ]);
    expect(report.rows.map(({ at: hour, requestCount }) => [hour, requestCount])).toEqual([
      [at(RECENT_MS - 3_600_000), 0],
      [at(RECENT_MS - 3_600_000), 0],
      [at(RECENT_MS), 8],
      [at(RECENT_MS), 2],
    ]);
    expect(report.total).toEqual({
      requestCount: 10,
      errorCount: 1,
      estimatedCount: 0,
      guessedCount: 0,
      unpricedCount: 2,
      suspiciousCount: 0,
      inputTokens: 120,
      outputTokens: 340,
      cacheReadTokens: 50,
      cacheWrite5mTokens: 60,
      cacheWrite1hTokens: 70,
      thinkingTokens: 0,
      totalTokens: 640,
      costNano: 16_000_000,
      cacheSavedNano: 4_000,
      durationMs: 9_000,
    });
  });

  test('GET /api/token-usage/current, daily, time-series, accounts and the sliding window tell the same', async () => {
    const { client } = world;
    const current = await client.perform('usage.current', { accountId: ACCOUNT });
    expect(current).toMatchObject({
      totalInputTokens: 120,
      totalOutputTokens: 340,
      totalTokens: 460,
      totalRequests: 10,
    });
    expect(current).toMatchObject({ cacheCreationInputTokens: 130, cacheReadInputTokens: 50, unpricedRequests: 2 });
    const { usage } = await client.perform('usage.daily', { accountId: ACCOUNT, aggregate: 'true', days: 3 });
    expect(usage.reduce((sum, day) => sum + day.totalOutputTokens, 0)).toBe(340);
    const { timeSeries } = await client.perform('usage.series', { accountId: ACCOUNT, limit: 680 });
    expect(timeSeries.at(-1)).toMatchObject({ cumulativeUsage: 340, remaining: 340, percentageUsed: 50 });
    const { accounts } = await client.perform('usage.accounts', {});
    expect(accounts).toMatchObject([
      { accountId: ACCOUNT, outputTokens: 340, requestCount: 10, remainingTokens: null },
    ]);
    expect(accounts[0]?.miniSeries.reduce((sum, point) => sum + point.outputTokens, 0)).toBe(340);
    const { data } = await client.perform('usage.sliding', { accountId: ACCOUNT, days: 1, bucketMinutes: 7 });
    expect(Math.max(...data.map((point) => point.sliding_window_tokens))).toBe(340);
  });

  test('GET /api/stats, the hourly lists and /token-stats', async () => {
    const { client } = world;
    expect(await client.perform('usage.stats', {})).toMatchObject({
      totalRequests: 10,
      totalTokens: 640,
      averageResponseTime: 900,
      errorCount: 1,
      activeDomains: 1,
      requestsByModel: { 'claude-opus-4-5': 8, '=cmd': 2 },
      requestsByType: { inference: 10 },
    });
    const hours = [{ hour: at(RECENT_MS), count: 10 }];
    expect((await client.perform('usage.requests', {})).data).toEqual({ 'team.example.com': hours });
    expect((await client.perform('usage.tokens', { days: 1 })).data).toEqual({
      'team.example.com': [{ hour: at(RECENT_MS), count: 340 }],
    });
    const totals = await fetch(`${world.apiUrl}/token-stats`, withKey);
    expect([totals.headers.get('deprecation'), totals.headers.get('link')]).toEqual([
      '@1793491200',
      '</api/usage>; rel="successor-version"',
    ]);
    expect(await totals.json()).toMatchObject({ domains: [{ domain: 'team.example.com', requests: 10 }] });
  });

  test('the analytics of the chat API', async () => {
    const { client } = world;
    const summary = await client.perform('usage.summary', {});
    expect(summary).toMatchObject({ total_requests: 10, total_sessions: 2, error_rate: 0.1, estimated_cost: 0.016 });
    const models = await client.perform('usage.models', { period: 'week' });
    expect(models.usage_by_model['=cmd']).toMatchObject({ requests: 2, unpriced_requests: 2, estimated_cost: 0 });
    const called = await client.perform('usage.tools', {});
    expect([called.unique_tools, called.total_invocations]).toEqual([3, 30]);
    expect(
      called.tools.map(({ tool_name, server, ...of }) => [tool_name, server, of.invocations, of.requests]),
    ).toEqual([
      ['Bash', null, 16, 8],
      ['Read', null, 8, 8],
      ['mcp__tracker__find', 'tracker', 6, 2],
    ]);
    const { sessions } = await client.perform('usage.sessions', {});
    expect(sessions.map(({ session_id, requests, errors }) => [session_id, requests, errors])).toEqual([
      ['s-2', 2, 1],
      ['s-1', 8, 0],
    ]);
    const session = await client.perform('usage.session', { sessionId: 's-1' });
    expect(session).toMatchObject({ requests: 8, total_tokens: 512, tools_used: { Bash: 16, Read: 8 } });
    expect(session.token_usage).toEqual({
      prompt_tokens: 96,
      completion_tokens: 272,
      total_tokens: 512,
      cached_tokens: 40,
      cache_creation_tokens: 104,
      reasoning_tokens: 0,
    });
    expect(session.token_timeline.map(({ cumulative }) => cumulative)).toEqual([64, 128, 192, 256, 320, 384, 448, 512]);
    expect([session.token_timeline_truncated, session.token_timeline_requests_left_out]).toEqual([false, 0]);
    for (const metric of ['requests', 'sessions', 'errors', 'cost', 'latency', 'tokens', 'messages'] as const) {
      const { data_points } = await client.perform('usage.timeline', { metric, period: 'hour' });
      expect(data_points).toHaveLength(24);
      expect(data_points.find(({ timestamp }) => timestamp === at(RECENT_MS))?.value).toBe(
        { requests: 10, sessions: 2, errors: 1, cost: 0.016, latency: 900, tokens: 640, messages: 10 }[metric],
      );
    }
    expect((await client.perform('usage.timeline', { period: 'month' })).data_points).toHaveLength(12);
  });

  test('percentiles of latency come from histograms', async () => {
    const { models } = await world.client.perform('usage.latency', {});
    const [opus] = models;
    expect(opus?.requestCount).toBe(8);
    // 900 ms lies in the step from 640 to 905.
    expect(opus?.durationP95Ms).toBeGreaterThan(640);
    expect(opus?.durationP95Ms).toBeLessThanOrEqual(905);
  });

  test('each is a table where CSV is asked for, in which no cell is a formula', async () => {
    const answer = await fetch(`${world.apiUrl}/api/usage?by=model&step=all&format=csv`, withKey);
    expect(answer.headers.get('content-type')).toBe('text/csv;charset=utf-8');
    const lines = (await answer.text()).split('\r\n');
    expect(lines[0]).toStartWith('at,group,isRest,requestCount,errorCount');
    expect(lines[2]?.split(',')[1]).toBe("'=cmd");
  });
});

describe('what cannot be asked of usage', () => {
  test.each([
    ['/api/usage?tz=Mars/Olympus', 'tz'],
    ['/api/usage?tz=%2B02:00', 'tz'],
    ['/api/usage?from=2020-01-01T00:00:00Z&step=minute', 'step'],
    ['/api/usage?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', 'from'],
    ['/api/token-usage/current', 'accountId'],
    ['/api/usage/requests/hourly?days=31', 'days'],
    ['/v1/analytics/usage?start_date=2026-02-02&end_date=2026-02-01', 'end_date'],
  ])('%s is refused with a word on %s', async (path, field) => {
    const answer = await fetch(world.apiUrl + path, withKey);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(field);
  });
});
