import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

describe('Requests', () => {
  test('an empty list says when it will not be', async () => {
    const { page, context } = await world.openPage('/requests');
    await page.getByRole('heading', { name: 'No requests yet' }).waitFor();
    await context.close();
  }, 60_000);

  test('every request is listed: well, refused, failed and cut', async () => {
    for (const model of ['fake-text', 'fake-529', 'fake-cut-300', 'fake-thinking']) {
      await world.record(say(model, `Words of ${model}`));
    }
    const { page, context, complaints } = await world.openPage('/requests');
    await page.getByRole('row', { name: /200 fake-text Words of fake-text/ }).waitFor();
    await page.getByRole('row', { name: /529 error fake-529 overloaded_error/ }).waitFor();
    await page.getByRole('row', { name: /Cut fake-cut-300/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('filters live in the address, and a wrong one is said', async () => {
    const { page, context } = await world.openPage('/requests');
    await page.getByRole('button', { name: /^Status/ }).click();
    await page.getByRole('menuitemradio', { name: '5xx' }).click();
    await page.waitForURL('**/requests?status=5xx');
    await page.getByRole('row', { name: /fake-text/ }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /fake-529/ }).waitFor();

    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('row', { name: /fake-text/ }).waitFor();
    await page.goBack();
    await page.waitForURL('**/requests?status=5xx');

    await page.goto('/requests?model=fake-nobody');
    await page.getByRole('heading', { name: 'No request matches these filters' }).waitFor();

    await page.goto('/requests?status=banana');
    await page.getByRole('alert').getByText('Left out: status “banana”. Use a status such as 429').waitFor();
    await page.getByRole('row', { name: /fake-text/ }).waitFor();
    await page.getByRole('link', { name: 'Clear it from the address' }).click();
    await page.waitForURL(/\/requests$/);
    await page.getByRole('alert').waitFor({ state: 'detached' });
    await context.close();
  }, 60_000);

  test('keys move, open and come back to the same row', async () => {
    const { page, context } = await world.openPage('/requests');
    await page.getByRole('row', { name: /fake-thinking/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    const row = page.locator('[role=row][data-active]');
    const chosen = await row.innerText();
    await page.keyboard.press('y');
    const copied = String(await page.evaluate('navigator.clipboard.readText()'));
    await page.keyboard.press('o');
    await page.waitForURL(`**/requests/${copied}`);
    await page.getByRole('region', { name: 'Time line' }).waitFor();

    await page.keyboard.press(']');
    await page.getByText(copied).waitFor({ state: 'detached' });
    await page.getByRole('region', { name: 'Time line' }).waitFor();
    await page.keyboard.press('[');
    await page.getByText(copied).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/requests?at=**');
    expect(toStill(await row.innerText())).toBe(toStill(chosen));

    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.waitForURL('**/live');
    await context.close();
  }, 60_000);

  test('a new request is announced, and shown when asked', async () => {
    const { page, context } = await world.openPage('/requests');
    await page.getByRole('row', { name: /fake-text/ }).waitFor();
    await world.record(say('fake-text', 'Fresh from the feed'));
    const pill = page.getByRole('button', { name: '1 new request' });
    await pill.waitFor();
    expect(await page.getByRole('row', { name: /Fresh from the feed/ }).count()).toBe(0);
    await pill.click();
    await page.getByRole('row', { name: /Fresh from the feed/ }).waitFor();
    await pill.waitFor({ state: 'detached' });
    await context.close();
  }, 60_000);

  test('a long list loads page by page as one scrolls', async () => {
    await Promise.all(Array.from({ length: 130 }, (_, turn) => world.send(say('fake-text', `Turn ${turn}`))));
    await world.record(say('fake-text', 'The last of many'));
    const { page, context } = await world.openPage('/requests');
    await page.getByRole('row', { name: /The last of many/ }).waitFor();
    expect(await page.getByRole('row').count()).toBeLessThan(70);
    await page.getByRole('region', { name: 'List of requests' }).focus();
    const oldest = page.getByRole('row', { name: /Words of fake-text/ });
    for (let screen = 0; screen < 40 && (await oldest.count()) === 0; screen += 1)
      await page.keyboard.press('PageDown');
    await oldest.waitFor();
    await context.close();
  }, 60_000);

  test('the palette opens a request by its id and narrows the list', async () => {
    const requestId = await world.record(say('fake-text', 'Find me'));
    const { page, context } = await world.openPage('/live');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill(requestId);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/requests/${requestId}`);

    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('went wrong');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/requests?status=error');
    await context.close();
  }, 60_000);
});

/** A row's words without those that change by themselves. */
function toStill(words: string): string {
  return words.replace(/now|\d+ [smhd] ago/, '');
}

test('a request shows what it cost; a guessed price says so, and an unknown one is not nothing', async () => {
  await world.record(say('claude-opus-4-5', 'Priced by the table'));
  await world.record(say('claude-opus-9', 'Priced by its family'));
  const unpricedId = await world.record(say('mystery-1', 'Priced by nobody'));
  const { page, context } = await world.openPage('/requests');
  await page
    .getByRole('row', { name: /Priced by the table/ })
    .getByText(/^\$0\.000\d$/)
    .waitFor();
  await page
    .getByRole('row', { name: /Priced by its family/ })
    .getByText('≈')
    .waitFor();
  await page
    .getByRole('row', { name: /Priced by nobody/ })
    .getByText('no price')
    .waitFor();
  await page.goto(`/requests/${unpricedId}`);
  await page.getByText(/^\d{4}-\d\d-\d\d, no price$/).waitFor();
  await context.close();
}, 60_000);
