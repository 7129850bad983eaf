import { expect, test } from 'bun:test';
import { createClient } from '@nexus/contract';
import { createTestDatabase } from '@nexus/testkit';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { DASHBOARD_KEY, loadPage } from './load-page.ts';
import { findValue } from './read-page.ts';

test('a request that a limit refuses is counted by what it limits', async () => {
  await using gw = await startTestGateway({
    env: { DASHBOARD_API_KEY: DASHBOARD_KEY, RATE_LIMIT_ENABLED: 'true', RATE_LIMIT_REQUESTS: '2' },
  });
  const statuses: number[] = [];
  for (let count = 0; count < 5; count += 1) statuses.push((await gw.send('fake-text')).status);
  expect(statuses).toEqual([200, 200, 429, 429, 429]);
  const page = await loadPage(gw);
  expect(findValue(page, 'nexus_rate_limited_total', { bucket: 'requests' })).toBe(3);
  expect(findValue(page, 'api_errors_total', { endpoint: '/v1/messages', error_type: 'rate-limited' })).toBe(3);
  expect(findValue(page, 'nexus_exchanges_total', { outcome: 'refused' })).toBe(3);
});

test('of budgets the page tells the kind and the share, and never whose they are', async () => {
  const database = await createTestDatabase();
  {
    await using gw = await startTestGateway({
      env: { DASHBOARD_API_KEY: DASHBOARD_KEY, STORAGE_ENABLED: 'true', DATABASE_URL: database.url },
    });
    await gw.gateway.ready;
    const client = createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });
    for (const subject of ['ada@example.com', 'grace@example.com']) {
      await client.perform('budget.set', {
        subjectKind: 'user',
        subject,
        period: 'month',
        limitNanoDollars: 1_000_000_000,
      });
    }
    const page = await loadPage(gw);
    expect(findValue(page, 'nexus_budget_used_ratio', { subject: 'user', period: 'month' })).toBe(0);
    expect(JSON.stringify([...page.values()])).not.toContain('example.com');
  }
  await database.drop();
}, 120_000);
