import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { createPromptCache, until } from '@nexus/testkit';
import { type BrowserWorld, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
const ids: string[] = [];
const said = ['Look after the harbour with me.'];
const LONG = 'Every crane is looked at, greased and written down before the day ends. '.repeat(900);

/** One turn of a conversation that a real prompt cache has counted. */
async function turn(tools: readonly string[], system = LONG): Promise<void> {
  const marker = { cache_control: { type: 'ephemeral' } };
  const id = await world.record({
    model: 'claude-opus-5-5',
    tools: tools.map((name) => ({ name, input_schema: { type: 'object' }, description: LONG })),
    system: [{ type: 'text', text: system, ...marker }],
    messages: said.map((text, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text, ...(at === said.length - 1 ? marker : {}) }],
    })),
  });
  ids.push(id);
  said.push(`Looked, ${ids.length}.`, `And the next, ${ids.length}?`);
}

beforeAll(async () => {
  world = await startBrowserWorld();
  const cache = createPromptCache({ minimumTokens: 512 });
  world.fake.script([
    {
      when: () => true,
      stays: true,
      answer: ({ json }) => {
        const atMs = Date.now();
        return {
          content: `Looked, ${ids.length + 1}.`,
          usage: cache.ask(json, { account: 'one', atMs, answeredAtMs: atMs }),
        };
      },
    },
  ]);
  await turn(['Bash', 'Read']);
  await turn(['Bash', 'Read']);
  await turn(['Bash', 'Edit', 'Read']);
  await turn(['Bash', 'Edit', 'Read']);
  await turn(['Bash', 'Edit', 'Read'], `${LONG} Be kind.`);
  await until(
    'all turns are looked at',
    async () => JSON.stringify(await world.gateway.ask('/api/usage/cache?step=all')).includes('"turnCount":5') || null,
    15_000,
  );
}, 120_000);
afterAll(() => world.stop(), 60_000);

describe('what the prompt cache did', () => {
  test('the usage room says what was saved and lost and why; the dearest miss leads to its request', async () => {
    const { page, context, complaints } = await world.openPage('/usage?range=24h');
    const panel = page.getByRole('region', { name: 'Prompt cache' });
    await panel.getByText('lost by 2 misses in 5 turns').waitFor();
    await panel.getByRole('figure', { name: /^Money lost by misses of the prompt cache/ }).waitFor();
    await panel.getByRole('row', { name: /^Tools changed/ }).waitFor();
    await panel.getByRole('row', { name: /^System prompt changed/ }).waitFor();
    const csv = await panel.getByRole('link', { name: 'Losses as CSV' }).getAttribute('href');
    const answer = await context.request.get(csv ?? '');
    expect(await answer.text()).toContain('tools-changed');
    await panel.getByRole('link', { name: /the tools changed \(Edit added\)/ }).click();
    await page.waitForURL(`**/requests/${ids[2]}*`);
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('a request says why it missed, what that cost, and what it was compared with', async () => {
    const { page, context } = await world.openPage(`/requests/${ids[2]}`);
    await page
      .getByText(/^Missed, because the tools changed \(Edit added\); [\d,]+ tokens cost \$\d+\.\d+ more\.$/)
      .waitFor();
    await page.getByRole('link', { name: 'The turn before' }).click();
    await page.waitForURL(`**/requests/${ids[1]}*`);
    await page.getByText(/^Read all of the [\d,]+ tokens that the turn before had left\.$/).waitFor();
    await context.close();
  }, 60_000);

  test('a conversation marks the turns that cost more', async () => {
    const { page, context } = await world.openPage(`/requests/${ids[2]}`);
    await page.getByRole('link', { name: 'main', exact: true }).click();
    await page.waitForURL('**/conversations/**');
    await page.getByTitle(/^Prompt cache: Missed, because the tools changed/).waitFor();
    expect(await page.getByTitle(/^Prompt cache: Missed/).count()).toBe(2);
    await context.close();
  }, 60_000);

  test('on a phone nothing of it is wider than the screen', async () => {
    const { page, context } = await world.openPage('/usage?range=24h', { width: 390, height: 844 });
    await page.getByRole('region', { name: 'Prompt cache' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await context.close();
  }, 60_000);
});

test('counts that cannot be true are told of in the usage room, which leads to the request that says what they were', async () => {
  world.fake.reset();
  world.fake.script([{ content: 'Counted.', usage: { input_tokens: -120, output_tokens: 7 } }]);
  await world.record({ model: 'claude-opus-5-5', messages: [{ role: 'user', content: 'Count the ships.' }] });
  const { page, context, complaints } = await world.openPage('/usage?range=24h');
  await page.getByText('with counts that cannot be true').waitFor();
  await page
    .getByRole('listitem')
    .filter({ hasText: 'cannot be true' })
    .getByRole('link', { name: '1 request' })
    .click();
  await page.waitForURL(/\/requests\?.*doubt=suspicious/);
  await page.getByRole('row', { name: /Count the ships/ }).click();
  await page.getByText(/Claude told\s+input_tokens\s+as\s+-120, which cannot be true/).waitFor();
  await page.getByText('unknown', { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);
