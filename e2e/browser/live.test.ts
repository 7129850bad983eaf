import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { until } from '@nexus/testkit';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

describe('Live', () => {
  test('an empty gateway says what to paste', async () => {
    const { page, context, complaints } = await world.openPage('/live');
    await page.getByText(`export ANTHROPIC_BASE_URL=${world.gateway.proxyUrl}\nclaude`).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('a stream appears and its tokens tick; when its caller leaves, the count stays and is marked as an estimate', async () => {
    const { page, context, complaints } = await world.openPage('/live');
    const stream = await world.hold(say('fake-stream-5000-200', 'Watch me stream'));
    const row = page.getByRole('table', { name: 'Requests in flight' }).locator('[data-request-id]');
    await row.getByText('Streaming').waitFor();
    const tokens = async () => toNumber(await row.locator('[role=cell]').nth(6).innerText());
    const early = await until('tokens are counted', async () => ((await tokens()) > 0 ? await tokens() : null));
    const late = await until('tokens tick', async () => ((await tokens()) > early ? await tokens() : null));
    expect(await row.locator('[role=cell]').nth(5).innerText()).toMatch(/ms|s$/);

    stream.leave();
    const ended = page.getByRole('region', { name: 'Just ended' }).locator(`a[href$="${stream.requestId}"]`);
    const words = await ended.getByText(/≈ [\d,]+ tokens/).innerText();
    expect(toNumber(words)).toBeGreaterThanOrEqual(late);
    // The recorded row tells of the user's words, and the same count.
    await ended.getByText('Watch me stream').waitFor();
    expect(await ended.getByText(/≈ [\d,]+ tokens/).innerText()).toBe(words);
    await until('it is listed', () => world.gateway.ask(`/api/requests/${stream.requestId}`).catch(() => null));
    await page.getByRole('link', { name: 'All requests' }).click();
    const listed = page.getByRole('row', { name: /Watch me stream/ });
    await listed.getByText(`≈ ${toNumber(words)}`).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('a stream that came to its end can be opened', async () => {
    const { page, context, complaints } = await world.openPage('/live');
    world.fake.script([{ content: 'Yes.', usage: { output_tokens: 1 } }]);
    await world.send(say('claude-sonnet-4-5', 'Say one word'));
    const ended = page.getByRole('region', { name: 'Just ended' }).getByRole('link', { name: /Say one word/ });
    await ended.getByText('200').waitFor();
    await ended.getByText('1 token', { exact: true }).waitFor();
    await ended.click();
    await page.getByRole('article', { name: 'Answer' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('on a telephone the model of a stream can still be read', async () => {
    const { page, context } = await world.openPage('/live', { width: 390, height: 844 });
    const stream = await world.hold(say('fake-stream-5000-60', 'Watch me on the way'));
    const model = page.getByRole('cell', { name: 'fake-stream-5000-60' });
    await model.waitFor();
    // Some twelve letters: enough to tell two models apart.
    expect((await model.boundingBox())?.width ?? 0).toBeGreaterThan(80);
    stream.leave();
    await context.close();
  }, 60_000);

  test('a pause holds the picture still, and says what it holds back', async () => {
    const { page, context } = await world.openPage('/live');
    await world.send(say('fake-text', 'Before the pause'));
    await page.getByRole('link', { name: /Before the pause/ }).waitFor();
    await page.keyboard.press('p');
    await world.send(say('fake-text', 'During the pause'));
    await page.getByRole('button', { name: 'Paused, 1 newer' }).waitFor();
    expect(await page.getByRole('link', { name: /During the pause/ }).count()).toBe(0);
    await page.keyboard.press('p');
    await page.getByRole('link', { name: /During the pause/ }).waitFor();
    await context.close();
  }, 60_000);

  test('an error is counted, and its number leads to the requests behind it', async () => {
    const { page, context } = await world.openPage('/live');
    await world.record(say('fake-529', 'Too much'));
    await page.getByRole('region', { name: 'Just ended' }).getByText('overloaded_error').waitFor();
    await page.getByRole('link', { name: 'Show', exact: true }).click();
    await page.waitForURL('**/requests?status=error&range=1h');
    await page.getByRole('row', { name: /Too much/ }).waitFor();
    await context.close();
    // A page that is opened later was not there when it happened, and knows of it all the same.
    const later = await world.openPage('/live');
    await later.page.getByRole('link', { name: 'Show', exact: true }).waitFor();
    await later.page.getByRole('region', { name: 'Just ended' }).getByText('overloaded_error').waitFor();
    await later.context.close();
  }, 60_000);
});

describe('a gateway that goes away', () => {
  test('is said on screen, and watching goes on when it is back', async () => {
    const { page, context } = await world.openPage('/live');
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await page.route('**/sse', (route) => route.abort());
    await page.reload();
    await page.getByText('The live feed is lost.').waitFor();
    await page.unroute('**/sse');
    await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
    await context.close();
  }, 60_000);
});

function toNumber(words: string): number {
  return Number(words.replace(/\D/g, ''));
}
