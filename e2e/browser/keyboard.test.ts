import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { Page } from 'playwright-core';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
  await world.record(say('fake-text', 'A request with some words that one wants to read in every list'));
}, 120_000);
afterAll(() => world.stop(), 60_000);

const DIALOGS = [
  ['/keys', 'New key'],
  ['/limits', 'Set a budget'],
  ['/limits', 'Set limits'],
  ['/accounts', 'Add account'],
] as const;

describe('without a mouse', () => {
  test.each(DIALOGS)(
    'on %s, “%s” opens a dialog that holds the focus, closes on Escape, and gives the focus back',
    async (where, name) => {
      const { page, context, complaints } = await world.openPage(where);
      const opener = page.getByRole('button', { name }).first();
      await opener.focus();
      await page.keyboard.press('Enter');
      const dialog = page.locator('dialog[open]');
      await dialog.waitFor();
      for (let press = 0; press < 4; press += 1) {
        expect(await isFocusIn(page, 'dialog[open]')).toBe(true);
        await page.keyboard.press('Tab');
      }
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      expect(await opener.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
      expect(complaints).toEqual([]);
      await context.close();
    },
    60_000,
  );

  test('a menu opens by Enter, is walked with arrows, and closes on Escape', async () => {
    const { page, context } = await world.openPage('/requests');
    const menu = page.getByRole('button', { name: 'Status: Any status' });
    await menu.focus();
    await page.keyboard.press('Enter');
    const reached = page.locator('[role=menuitemradio][data-highlighted]');
    await reached.getByText('Any status').waitFor();
    await page.keyboard.press('ArrowDown');
    await reached.getByText('Went well').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/status=ok/);
    // The focus came back to the button, which now says what is chosen.
    await page.keyboard.press('Enter');
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await context.close();
  }, 60_000);

  test('what has the focus is seen to have it', async () => {
    const { page, context } = await world.openPage('/requests');
    await page.getByRole('row', { name: /A request with some words/ }).waitFor();
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press('Tab');
      const outline = await page.evaluate('getComputedStyle(document.activeElement).outlineWidth');
      expect([press, outline]).toEqual([press, '2px']);
    }
    await context.close();
  }, 60_000);
});

describe('lists', () => {
  test.each([
    ['/requests', 390],
    ['/requests', 768],
    ['/requests', 1024],
    ['/requests', 1280],
    ['/requests', 1600],
    ['/conversations', 390],
    ['/conversations', 1024],
    ['/conversations', 1440],
  ] as const)(
    '%s has room for what a row is about in a window of %i',
    async (where, width) => {
      const { page, context } = await world.openPage(where, { width, height: 800 });
      const words = page.getByTitle('A request with some words that one wants to read in every list').first();
      await words.waitFor();
      expect((await words.boundingBox())?.width ?? 0).toBeGreaterThan(100);
      await context.close();
    },
    60_000,
  );
});

function isFocusIn(page: Page, selector: string): Promise<unknown> {
  return page.evaluate(`document.activeElement?.closest('${selector}') !== null`);
}
