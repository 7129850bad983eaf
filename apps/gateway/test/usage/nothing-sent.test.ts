import { expect, test } from 'bun:test';
import { join } from 'node:path';
import { createClient } from '@nexus/contract';
import { createTestDatabase, until } from '@nexus/testkit';
import { DASHBOARD_KEY } from '../metrics/load-page.ts';
import { startTestGateway } from '../support/start-test-gateway.ts';

test('an account that nothing was sent by has no usage and no window, and the page of the request still names it', async () => {
  const database = await createTestDatabase();
  {
    await using gw = await startTestGateway({
      env: { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, DASHBOARD_API_KEY: DASHBOARD_KEY },
      prepare: async (dir) => void (await Bun.write(join(dir, 'default.credentials.json'), '{"type":"api_key"}')),
    });
    await gw.gateway.ready;
    const client = createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_KEY } });
    const refused = await gw.send('fake-text');
    expect(refused.headers.get('x-nexus-error')).toBe('credential-invalid');
    await refused.arrayBuffer();
    const groups = await until('the refusal is counted', async () => {
      const report = await client.perform('usage.report', { step: 'all', by: 'accountId' });
      return report.total.requestCount === 1 ? report.groups : null;
    });
    expect(groups.map(({ group }) => group)).toEqual(['']);
    expect((await client.perform('window.list', {})).windows).toEqual([]);
    expect((await client.perform('usage.accounts', {})).accounts).toEqual([]);
    const { requests } = await client.perform('request.list', {});
    expect(requests.map(({ accountId }) => accountId)).toEqual(['file:default']);
  }
  await database.drop();
}, 120_000);
