import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
let requestId = '';
beforeAll(async () => {
  world = await startBrowserWorld();
  requestId = await world.record({
    ...say('fake-text', 'Count the boats'),
    system: '<env>\nWorking directory: /home/jane/harbour\n</env>',
    metadata: { user_id: 'jane' },
  });
  await world.record({ ...say('fake-text', 'Count the carts'), metadata: { user_id: 'joe' } });
}, 120_000);
afterAll(() => world.stop(), 60_000);

test('a request says who asked and what for, and leads to all requests of the same', async () => {
  const { page, context, complaints } = await world.openPage(`/requests/${requestId}`);
  await page.getByRole('link', { name: 'harbour', exact: true }).click();
  await page.waitForURL('**/requests?project=%2Fhome%2Fjane%2Fharbour');
  await page.getByRole('row', { name: /Count the boats/ }).waitFor();
  expect(await page.getByRole('row', { name: /Count the carts/ }).count()).toBe(0);
  await page.getByRole('group', { name: 'Filters' }).getByTitle('/home/jane/harbour').getByText('harbour').waitFor();
  await page.getByRole('button', { name: 'Any project' }).click();
  await page.getByRole('row', { name: /Count the carts/ }).waitFor();
  // Who was seen in the list is offered in its bar.
  await page.getByRole('button', { name: 'User: Any user' }).click();
  await page.getByRole('menuitemradio', { name: 'jane' }).click();
  await page.waitForURL('**/requests?user=jane');
  await page.getByRole('row', { name: /Count the carts/ }).waitFor({ state: 'detached' });

  await page.goto('/requests?user=joe');
  await page.getByRole('row', { name: /Count the carts/ }).waitFor();
  expect(await page.getByRole('row', { name: /Count the boats/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Any user' }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('a conversation does so too', async () => {
  const { page, context, complaints } = await world.openPage('/conversations?user=jane');
  await page.getByRole('row', { name: /Count the boats/ }).waitFor();
  expect(await page.getByRole('row', { name: /Count the carts/ }).count()).toBe(0);
  await page.getByRole('row', { name: /Count the boats/ }).click();
  await page.getByTitle('Users: jane').waitFor();
  await page.getByRole('link', { name: 'harbour', exact: true }).click();
  await page.waitForURL('**/conversations?project=%2Fhome%2Fjane%2Fharbour');
  await page.getByRole('row', { name: /Count the boats/ }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);
