import { afterAll, beforeAll, expect, test } from 'bun:test';
import path from 'node:path';
import { until } from '@nexus/testkit';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
  const accounts = ['team-a', 'team-b'].map((id, priority) => ({
    id,
    priority,
    type: 'api_key',
    api_key: `sk-ant-${id}`,
  }));
  const file = path.join(world.gateway.dataDir, 'credentials', 'default.credentials.json');
  await Bun.write(file, JSON.stringify({ accounts }));
  await until(
    'the pool is known',
    async () => JSON.stringify(await world.gateway.ask('/api/accounts')).includes('team-b') || null,
    10_000,
  );
}, 120_000);
afterAll(() => world.stop(), 60_000);

test('the page of a request tells who was asked before the account that answered, and why it moved', async () => {
  world.fake.script([{ behave: '429-unified' }]);
  const requestId = await world.record(say('fake-text', 'Move on.'));
  const { page, context, complaints } = await world.openPage(`/requests/${requestId}`);
  const attempts = page.getByRole('region', { name: 'Attempts' });
  await attempts.getByRole('heading', { name: '2 attempts' }).waitFor();
  const [first, second] = await attempts.getByRole('listitem').allInnerTexts();
  expect(first).toContain('team-a');
  expect(first).toContain('status 429');
  expect(second).toContain('team-b');
  const shots = process.env['NEXUS_E2E_SHOTS'];
  if (shots !== undefined) await page.screenshot({ path: path.join(shots, 'attempts.png') });
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('a request that the first account answered has no list of attempts', async () => {
  const requestId = await world.record(say('fake-text', 'Plain.'));
  const { page, context } = await world.openPage(`/requests/${requestId}`);
  await page.getByRole('region', { name: 'Time line' }).waitFor();
  expect(await page.getByRole('region', { name: 'Attempts' }).count()).toBe(0);
  await context.close();
}, 60_000);
