import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { type BrowserWorld, startBrowserWorld } from './browser-world.ts';

interface Message {
  readonly role: string;
  readonly content: unknown;
}

/** What the fake Claude says to everything. */
const ANSWER: Message = { role: 'assistant', content: 'Hello from the fake Claude.' };
const ask = (content: unknown): Message => ({ role: 'user', content });

let world: BrowserWorld;
let place: string;
let forked: string;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

/** Sends the next turn of a conversation; its request. */
function turn(messages: readonly Message[], more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return world.record({ model: 'fake-text', system: 'Be brief.\nBe kind.', messages, ...more });
}

async function findConversation(requestId: string): Promise<string> {
  const detail = await world.gateway.ask(`/api/requests/${requestId}`);
  return String(new Map(Object.entries(Object(Object(detail).request))).get('conversationId'));
}

describe('Conversations', () => {
  test('an empty list says when it will not be', async () => {
    const { page, context } = await world.openPage('/conversations');
    await page.getByRole('heading', { name: 'No conversations yet' }).waitFor();
    await context.close();
  }, 60_000);

  test('turns that go on from one another are one row, and a fork is counted', async () => {
    const start = [ask('Mend the build'), ANSWER, ask('Write a test')];
    await turn([ask('Mend the build')]);
    await turn(start);
    await turn([...start, ANSWER, ask('Tidy up')]);
    forked = await turn([...start, ANSWER, ask('Rather start anew')], {
      system: 'Be thorough.\nBe kind.',
      temperature: 0.5,
    });
    await turn([ask('Something else')], { model: 'fake-529' });
    place = `/conversations/${await findConversation(forked)}`;

    const { page, context, complaints } = await world.openPage('/conversations');
    await page.getByRole('row', { name: /^Mend the build – fake-text 4 2 0/ }).waitFor();
    await page.getByRole('row', { name: /1 error Something else/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('filters live in the address, and a wrong one is said', async () => {
    const { page, context } = await world.openPage('/conversations');
    await page.getByRole('button', { name: /^Errors/ }).click();
    await page.getByRole('menuitemradio', { name: 'With errors' }).click();
    await page.waitForURL('**/conversations?hasErrors=true');
    await page.getByRole('row', { name: /Mend the build/ }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Clear' }).click();

    await page.keyboard.press('/');
    await page.keyboard.type('MEND');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/conversations?text=MEND');
    await page.getByRole('row', { name: /Something else/ }).waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /Mend the build/ }).waitFor();

    await page.goto('/conversations?text=nothing-like-it');
    await page.getByRole('heading', { name: 'No conversation matches these filters' }).waitFor();
    await page.goto('/conversations?hasErrors=perhaps');
    await page.getByText('Left out: hasErrors “perhaps”').waitFor();
    await context.close();
  }, 60_000);

  test('keys lead there, open the row, and come back to it', async () => {
    const { page, context } = await world.openPage('/live');
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('row', { name: /Mend the build/ }).waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Transcript' }).waitFor();
    await page.keyboard.press('Escape');
    await page.waitForURL('**/conversations?at=**');
    await page.locator('[role=row][data-active]', { hasText: 'Mend the build' }).waitFor();
    await context.close();
  }, 60_000);

  test('a conversation that went on is announced, and shown when asked', async () => {
    const { page, context } = await world.openPage('/conversations');
    await page.getByRole('row', { name: /Mend the build/ }).waitFor();
    await turn([ask('Fresh from the feed')]);
    const pill = page.getByRole('button', { name: '1 conversation went on' });
    await pill.waitFor();
    await pill.click();
    await page.getByRole('row', { name: /Fresh from the feed/ }).waitFor();
    await pill.waitFor({ state: 'detached' });
    await context.close();
  }, 60_000);
});

describe('Conversation', () => {
  test('says each message once, and why its request belongs here', async () => {
    const { page, context, complaints } = await world.openPage(place);
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await transcript.getByText('Tidy up').waitFor();
    expect(await transcript.getByText('Mend the build').count()).toBe(1);
    expect(await transcript.getByRole('article').count()).toBe(6);
    await transcript
      .getByRole('button', { name: /why it belongs here/ })
      .nth(2)
      .click();
    await transcript.getByText(/^Continues: .*\(told by /).waitFor();
    await transcript.getByRole('link', { name: 'Open the request' }).click();
    await page.waitForURL('**/requests/**');
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('a branch is another way through it, reached from the tree and from its fork', async () => {
    const { page, context } = await world.openPage(`${place}?pane=tree`);
    const tree = page.getByRole('region', { name: 'Tree' });
    await tree.getByRole('button', { name: /branch_\w+ Rather start anew/ }).click();
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await transcript.getByText('Rather start anew').waitFor();
    expect(await transcript.getByText('Tidy up').count()).toBe(0);
    expect(new URL(page.url()).searchParams.get('at')).toBe(forked);

    await page.goto(place);
    await transcript.getByRole('link', { name: /^branch_/ }).click();
    await transcript.getByText('Rather start anew').waitFor();
    await context.close();
  }, 60_000);

  test('a dozen branches stand branch by branch, fold one by one or all at once, and go by time when asked', async () => {
    const start = [ask('Plan the regatta')];
    // Only the last one is waited for: what came before it is recorded with it or before.
    const say = (messages: readonly Message[]) => world.send({ model: 'fake-text', messages });
    await say(start);
    for (const step of Array.from({ length: 12 }, (_, at) => at)) {
      const idea = [...start, ANSWER, ask(`Idea ${step}`)];
      await say(idea);
      await say([...idea, ANSWER, ask(`More of idea ${step}`)]);
    }
    const last = await turn([...start, ANSWER, ask('Idea 12')]);
    const { page, context, complaints } = await world.openPage(
      `/conversations/${await findConversation(last)}?pane=tree`,
      { height: 1_000 },
    );
    const tree = page.getByRole('region', { name: 'Tree' });
    const order = page.getByRole('group', { name: 'Order of the tree' });
    await order.getByRole('button', { name: 'By branch', pressed: true }).waitFor();
    await tree.getByRole('button', { name: 'More of idea 7' }).waitFor();
    await tree
      .getByRole('button', { name: /^Fold branch_/ })
      .first()
      .click();
    await tree.getByRole('button', { name: /Idea 1 2 turns$/ }).waitFor();
    await page.getByRole('button', { name: 'Fold all' }).click();
    await tree.getByText('2 turns').nth(10).waitFor();
    expect(await tree.getByText('More of idea').count()).toBe(1);
    await page.getByRole('button', { name: 'Unfold all' }).click();
    await order.getByRole('button', { name: 'By time' }).click();
    await tree.getByRole('button', { name: 'More of idea 7' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('branches are compared: what was said, the system prompt and parameters', async () => {
    const { page, context } = await world.openPage(place);
    await page.getByRole('button', { name: /^Compare/ }).click();
    await page.getByRole('menuitemradio', { name: /branch_/ }).click();
    const comparison = page.getByRole('region', { name: 'Comparison' });
    await comparison.getByText('Both begin with the same 4 blocks.').waitFor();
    await comparison.getByText('Tidy up').waitFor();
    await comparison.getByText('Rather start anew').waitFor();
    await comparison.getByText('− Be brief.').waitFor();
    await comparison.getByText('+ Be thorough.').waitFor();
    await comparison.getByText('temperature').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'Transcript' }).waitFor();
    await context.close();
  }, 60_000);

  test('is taken away as a file', async () => {
    const { page, context, complaints } = await world.openPage(place);
    await page.getByRole('button', { name: 'Export' }).click();
    const waiting = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: /Markdown/ }).click();
    const file = await waiting;
    expect(await Bun.file(await file.path()).text()).toContain('Rather start anew');
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('grows while one looks on', async () => {
    const first = await turn([ask('A growing one')]);
    const { page, context } = await world.openPage(`/conversations/${await findConversation(first)}`);
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await transcript.getByText('A growing one').waitFor();
    await turn([ask('A growing one'), ANSWER, ask('It grew')]);
    await transcript.getByText('It grew').waitFor();
    await context.close();
  }, 60_000);

  test('is reached from its requests, and from the palette by its title', async () => {
    const { page, context } = await world.openPage(`/requests/${forked}`);
    await page.getByRole('link', { name: /^branch_/ }).click();
    await page.getByRole('region', { name: 'Transcript' }).getByText('Rather start anew').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await page.getByRole('row', { name: /Mend the build/ }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').fill('mend the');
    await page.getByRole('option', { name: /Mend the build Conversation/ }).click();
    await page.getByRole('region', { name: 'Transcript' }).waitFor();
    await context.close();
  }, 60_000);

  test('one that is not there is said', async () => {
    const { page, context, complaints } = await world.openPage('/conversations/5e1ec7ed-0000-8000-8000-000000000002');
    await page.getByText('What to check:').waitFor();
    // What is told on the page is no exception for the console.
    expect(complaints).toEqual([]);
    await page.getByRole('button', { name: 'Go to conversations' }).click();
    await page.waitForURL('**/conversations');
    await context.close();
  }, 60_000);

  test('a long one opens at its beginning with few rows, and its outline reaches its end', async () => {
    const messages = Array.from({ length: 400 }, (_, at) => [ask(`Step ${at} of many`), ANSWER]).flat();
    const last = await turn([...messages, ask('The last step')]);
    const { page, context } = await world.openPage(`/conversations/${await findConversation(last)}`);
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await transcript.getByText('Step 0 of many').waitFor();
    expect(await page.getByRole('article').count()).toBeLessThan(40);
    await transcript.getByText('802 messages, each once').waitFor({ state: 'attached' });
    await page.getByRole('region', { name: 'Outline' }).focus();
    await page.keyboard.press('End');
    await page.getByRole('button', { name: 'The last step' }).click();
    await transcript.getByText('The last step').waitFor();
    await context.close();
  }, 60_000);
});

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  const screens: readonly (readonly [string, () => string, (page: Page) => Promise<void>])[] = [
    ['the list', () => '/conversations', (page) => page.getByRole('row', { name: /Mend the build/ }).waitFor()],
    ['a transcript', () => place, (page) => page.getByRole('article').first().waitFor()],
    [
      'a tree',
      () => `${place}?pane=tree`,
      (page) =>
        page
          .getByRole('button', { name: /branch_/ })
          .first()
          .waitFor(),
    ],
  ];
  test.each(screens)(
    '%s has no serious hindrance, and fits a phone',
    async (_name, path, ready) => {
      const wide = await world.openPage(path(), { theme });
      await ready(wide.page);
      const { violations } = await new AxeBuilder({ page: wide.page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      expect(serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      await wide.context.close();

      const phone = await world.openPage(path(), { theme, width: 390, height: 844 });
      await ready(phone.page);
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await phone.page.evaluate(overflow)).toBe(0);
      await phone.context.close();
    },
    60_000,
  );
});
