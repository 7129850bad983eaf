import { afterAll, beforeAll, expect, test } from 'bun:test';
import path from 'node:path';
import { until } from '@nexus/testkit';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
  await world.record(say('fake-limits-unified', 'Hello'));
}, 120_000);
afterAll(() => world.stop(), 60_000);

test('an account is seen with what it did, tested, paused and resumed, and its secret is nowhere', async () => {
  const { page, context, complaints } = await world.openPage('/accounts');
  const account = page.getByRole('listitem', { name: 'ANTHROPIC_API_KEY' });
  await account.getByText('Healthy').waitFor();
  await account.getByRole('link', { name: '1, 100 %' }).waitFor();
  await account.getByRole('button', { name: 'Test ANTHROPIC_API_KEY' }).click();
  await account.getByText('Its upstream took the credential.').waitFor();
  await account.getByRole('button', { name: 'Pause ANTHROPIC_API_KEY' }).click();
  await account.getByText('Paused', { exact: true }).waitFor();
  await account.getByRole('button', { name: 'Resume ANTHROPIC_API_KEY' }).click();
  await account.getByText('Healthy').waitFor();
  expect(await page.content()).not.toContain('sk-ant-test-key');
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('the rail and the keys lead to the accounts, and what an account did leads to its requests', async () => {
  const { page, context } = await world.openPage('/live');
  await page
    .getByRole('heading', { name: 'In flight' })
    .or(page.getByRole('link', { name: 'Accounts' }))
    .first()
    .waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.waitForURL('**/accounts');
  await page.getByRole('link', { name: '1, 100 %' }).click();
  await page.waitForURL('**/requests?accountId=default');
  await page.getByRole('row', { name: /fake-limits-unified/ }).waitFor();
  await context.close();
}, 60_000);

test('an account that cannot take requests is counted in the rail, and its card says what to mend', async () => {
  const file = path.join(world.gateway.dataDir, 'credentials', 'team.example.com.credentials.json');
  await Bun.write(file, JSON.stringify({ accounts: [{ id: 'team-a', name: 'Team A', type: 'api_key' }] }));
  await until(
    'the account is known',
    async () => JSON.stringify(await world.gateway.ask('/api/accounts')).includes('team-a') || null,
    10_000,
  );
  const { page, context } = await world.openPage('/requests');
  await page.getByTitle('1 account cannot take requests now').waitFor();
  await page.getByRole('link', { name: 'Accounts' }).click();
  const account = page.getByRole('listitem', { name: 'Team A' });
  await account.getByText('Broken', { exact: true }).waitFor();
  // What is broken can be neither tested nor paused, but mended.
  expect(await account.getByRole('button').count()).toBe(2);
  await account.getByText('accounts.0.api_key').first().waitFor();
  await context.close();
}, 60_000);
