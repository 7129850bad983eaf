import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { AxeBuilder } from '@axe-core/playwright';
import { until } from '@nexus/testkit';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 180_000);
afterAll(() => world.stop());

const MODEL = 'fake-text';

interface Message {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

/** A conversation of some turns, whose answers are those that the fake Claude gives. */
async function talk(asks: readonly string[], system = 'Be brief.'): Promise<string> {
  const messages: Message[] = [];
  for (const [at, content] of asks.entries()) {
    messages.push({ role: 'user', content });
    const body = { model: MODEL, system, messages };
    // The last is written with or after all before it.
    if (at === asks.length - 1) return findConversation(await world.record(body));
    await world.send(body);
    messages.push({ role: 'assistant', content: ANSWER });
  }
  throw new Error('a conversation has at least one turn');
}

/** What the fake Claude says to everything. */
const ANSWER = 'Hello from the fake Claude.';

async function findConversation(requestId: string): Promise<string> {
  const found = await world.gateway.ask(`/api/requests/${requestId}`);
  return JSON.parse(JSON.stringify(found)).request.conversationId;
}

describe('a conversation', () => {
  test('is deleted once that was confirmed; the list, the audit and other open pages know', async () => {
    const conversationId = await talk(['To be deleted soon']);
    const watcher = await world.openPage('/conversations');
    await watcher.page.getByRole('row', { name: /To be deleted soon/ }).waitFor();
    const { page, context, complaints } = await world.openPage(`/conversations/${conversationId}`);
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete this conversation?' });
    await dialog.getByText('To be deleted soon').waitFor();
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByRole('button', { name: /^Delete \d+ request/ }).click();
    await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
    await page.waitForURL(/\/conversations(\?|$)/);
    await watcher.page.getByRole('row', { name: /To be deleted soon/ }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Audit' }).click();
    await page
      .getByText(/deleted a conversation/)
      .first()
      .waitFor();
    await page.getByText(conversationId).waitFor();
    expect(complaints).toEqual([]);
    await Promise.all([context.close(), watcher.context.close()]);
  }, 60_000);

  test('says at each turn why it stands there, and leads to its latest answer', async () => {
    const conversationId = await talk(Array.from({ length: 12 }, (_, at) => `Question ${at} of a dozen`));
    const { page, context } = await world.openPage(`/conversations/${conversationId}`, { height: 500 });
    const transcript = page.getByRole('region', { name: 'Transcript' });
    await transcript.getByText('Question 0 of a dozen').waitFor();
    await transcript.getByText(/^Root: /).waitFor();
    await transcript
      .getByText(/^Continues: /)
      .first()
      .waitFor();
    await page.getByRole('button', { name: 'Latest answer' }).click();
    await transcript.getByRole('article', { name: 'Message 24, Assistant' }).waitFor();
    await context.close();
  }, 60_000);

  test('is compared word by word', async () => {
    const asks = ['Compare me', 'And me'];
    const one = await talk(asks, 'Be very brief and kind to everybody.');
    const tree: { nodes: { requestId: string }[] } = JSON.parse(
      JSON.stringify(await world.gateway.ask(`/api/conversations/${one}/tree`)),
    );
    const other = await world.record({
      model: MODEL,
      system: 'Be thorough and kind to everybody.',
      messages: [{ role: 'user', content: 'Compare me' }],
    });
    const from = tree.nodes[0]?.requestId ?? '';
    const { page, context } = await world.openPage(`/conversations/${one}?from=${from}&to=${other}`);
    const comparison = page.getByRole('region', { name: 'Comparison' });
    await comparison.locator('mark', { hasText: 'very brief' }).waitFor();
    await comparison.locator('mark', { hasText: 'thorough' }).waitFor();
    await context.close();
  }, 60_000);
});

describe('lists', () => {
  test('are narrowed to an account by the facts of a request, and the chip takes that away again', async () => {
    const requestId = await world.record(say(MODEL, 'Who paid for this?'));
    const { page, context } = await world.openPage(`/requests/${requestId}`);
    await page.locator('dt', { hasText: 'Account' }).locator('..').getByRole('link').click();
    await page.waitForURL(/accountId=/);
    await page.getByRole('row', { name: /Who paid for this/ }).waitFor();
    await page.getByRole('button', { name: 'Any account' }).click();
    await until('the chip is gone', () => (page.url().includes('accountId') ? null : true));
    await page.goto('/requests?sessionId=nobody');
    await page.getByText('No request matches these filters').waitFor();
    await page.goto('/conversations?sessionId=nobody');
    await page.getByText('No conversation matches these filters').waitFor();
    await context.close();
  }, 60_000);
});

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test('the audit and the question before deleting have no serious hindrance, and fit a phone', async () => {
    const conversationId = await talk([`Looked at in ${theme}`]);
    for (const width of [1280, 390]) {
      const { page, context } = await world.openPage('/audit', { theme, width });
      await page.getByRole('list', { name: 'Changes' }).waitFor();
      expect(await listHindrances(page)).toEqual([]);
      await page.goto(`/conversations/${conversationId}`);
      await page.getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByRole('dialog').waitFor();
      expect(await listHindrances(page)).toEqual([]);
      const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
      expect(await page.evaluate(overflow)).toBe(0);
      await context.close();
    }
  }, 60_000);
});

async function listHindrances(page: ConstructorParameters<typeof AxeBuilder>[0]['page']): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return serious.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}
