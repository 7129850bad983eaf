import { afterAll, beforeAll, expect, test } from 'bun:test';
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
