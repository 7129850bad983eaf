import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { AxeBuilder } from '@axe-core/playwright';
import { until } from '@nexus/testkit';
import type { Page } from 'playwright-core';
import { type BrowserWorld, startBrowserWorld } from './browser-world.ts';

/** What the fake Claude says to everything. */
const ANSWER = { role: 'assistant', content: 'Hello from the fake Claude.' };
const CALL = { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'bun test parser' } };
const RESULT = { type: 'tool_result', tool_use_id: 'toolu_1', content: '<b>FAIL</b> parser: 37 pass' };
const ask = (content: unknown) => ({ role: 'user', content });

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

function turn(messages: readonly unknown[]): Promise<string> {
  return world.record({ model: 'fake-text', system: 'You mend parsers.', messages });
}

/** Everything that was recorded can be found. */
async function allRead(hits: { readonly q: string; readonly count: number }): Promise<void> {
  await until('what was said is read', async () => {
    const found: unknown = await world.gateway.ask(`/api/search?q=${hits.q}`);
    return Object(found).hits.length === hits.count ? true : null;
  });
}

const field = (page: Page) => page.getByRole('searchbox', { name: 'Search for what was said' });
const found = (page: Page) => page.getByRole('region', { name: 'What was found' });

describe('Search', () => {
  test('an empty room teaches how one asks, and its examples ask', async () => {
    const { page, context, complaints } = await world.openPage('/search');
    await page.getByRole('heading', { name: 'Everything that was said' }).waitFor();
    await page.getByText(/^Since 1 .* the first 65,536 characters of a message/).waitFor();
    await page.keyboard.type('m');
    expect(await field(page).inputValue()).toBe('m');
    await page.getByRole('link', { name: 'migrat*' }).click();
    await page.waitForURL('**/search?q=migrat*');
    await page.getByRole('heading', { name: 'Nobody said that' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('a message is found once, in its conversation, and leads to its place there and to all its requests', async () => {
    const opening = [ask('The parser is broken since this morning')];
    await turn(opening);
    const called = [...opening, ANSWER, ask('Test it'), { role: 'assistant', content: [CALL] }, ask([RESULT])];
    await turn(called);
    await turn([...called, ANSWER, ask('Mend the parser')]);
    await turn([ask('Another parser, elsewhere')]);
    await allRead({ q: 'parser', count: 5 });

    const { page, context, complaints } = await world.openPage('/live');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await field(page).fill('parser');
    await page.keyboard.press('Enter');
    await found(page).getByText('5 messages').waitFor();
    expect(await found(page).getByRole('heading').allTextContents()).toEqual([
      'Another parser, elsewheredefaultOnly here',
      'The parser is broken since this morningdefaultOnly here',
    ]);
    await found(page).getByText('<b>FAIL</b> parser: 37 pass').waitFor();
    const hit = found(page).getByRole('listitem').filter({ hasText: 'The parser is broken' });
    await hit.getByRole('button', { name: 'in 3 requests' }).click();
    await page
      .getByRole('list', { name: /Requests that carried/ })
      .getByRole('link')
      .nth(2)
      .waitFor();
    await hit.getByRole('link', { name: /^User/ }).click();
    await page.waitForURL('**/conversations/**at=**');
    await page.getByRole('region', { name: 'Transcript' }).getByText('Mend the parser').waitFor();
    await page.goBack();
    await found(page).locator('[data-active]', { hasText: 'The parser is broken' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('is narrowed by scopes that live in the address', async () => {
    const { page, context } = await world.openPage('/search?q=parser');
    await found(page).getByText('5 messages').waitFor();
    await page.getByRole('button', { name: /^Tool/ }).click();
    await page.getByRole('menuitemradio', { name: 'Bash' }).click();
    await page.waitForURL('**/search?q=parser&tool=Bash');
    await found(page).getByText('2 messages').waitFor();
    await page.getByRole('button', { name: 'User', exact: true }).click();
    await found(page).getByText('1 message', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'System prompt' }).click();
    await page.waitForURL('**/search?q=parser&role=system');
    await page.getByRole('heading', { name: 'Nobody said that' }).waitFor();
    await page.getByRole('link', { name: 'Search everywhere' }).click();
    await found(page).getByText('5 messages').waitFor();
    await context.close();
  }, 60_000);

  test('one conversation is searched alone, from what was found or from its own page', async () => {
    const { page, context } = await world.openPage('/search?q=parser');
    await found(page)
      .getByRole('region', { name: 'The parser is broken' })
      .getByRole('link', { name: 'Only here' })
      .click();
    await found(page).getByText('4 messages').waitFor();
    await page.getByRole('button', { name: 'One conversation' }).click();
    await found(page).getByText('5 messages').waitFor();
    await found(page).getByRole('link', { name: 'Another parser, elsewhere' }).first().click();
    await page.getByRole('link', { name: 'Search here' }).click();
    await field(page).fill('parser');
    await page.keyboard.press('Enter');
    await found(page).getByText('1 message', { exact: true }).waitFor();
    await context.close();
  }, 60_000);

  test('parts of words are found by going through the messages, and it is said how far that went', async () => {
    const { page, context } = await world.openPage('/search?q=arse');
    await page.getByRole('link', { name: 'Look for parts of words' }).click();
    await found(page).getByText('5 messages that hold these letters').waitFor();
    await found(page)
      .getByText(/^Searched the newest \d+ messages\. That is all\.$/)
      .waitFor();
    await context.close();
  }, 60_000);

  test('what cannot be asked is said, and the field is still there to mend it', async () => {
    const { page, context } = await world.openPage('/search?q=-parser&mode=words');
    await page.getByText('name at least one word to look for').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('parser');
    await page.keyboard.press('Enter');
    await found(page).getByText('5 messages').waitFor();
    await context.close();
  }, 60_000);

  test('keys walk and open, and the palette searches for whatever is typed', async () => {
    const { page, context } = await world.openPage('/live');
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('this morning');
    await page.getByRole('option', { name: /Search messages for “this morning”/ }).click();
    await page.waitForURL('**/search?q=this+morning');
    await found(page).getByText('1 message', { exact: true }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Transcript' }).getByText('The parser is broken').waitFor();
    await context.close();
  }, 60_000);

  test('the list of conversations is narrowed by what was said in them', async () => {
    const { page, context } = await world.openPage('/conversations');
    await page.getByRole('row', { name: /Another parser/ }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('mend');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /Another parser/ }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /The parser is broken/ }).waitFor();
    await context.close();
  }, 60_000);
});

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test.each([
    ['the empty room', '/search', (page: Page) => page.getByText('both words, anywhere').waitFor()],
    ['what was found', '/search?q=parser', (page: Page) => found(page).getByText('5 messages').waitFor()],
  ] as const)(
    '%s has no serious hindrance, and fits a phone',
    async (_name, path, ready) => {
      const wide = await world.openPage(path, { theme });
      await ready(wide.page);
      const { violations } = await new AxeBuilder({ page: wide.page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      await wide.context.close();

      const phone = await world.openPage(path, { theme, width: 390, height: 844 });
      await ready(phone.page);
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await phone.page.evaluate(overflow)).toBe(0);
      await phone.context.close();
    },
    60_000,
  );
});
