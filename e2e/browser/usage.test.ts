import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { until } from '@nexus/testkit';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

test('a gateway that nobody used says how to begin, and looks further back when asked', async () => {
  const { page, context, complaints } = await world.openPage('/usage');
  await page.getByRole('heading', { name: 'Nothing was used in this span' }).waitFor();
  await page.getByText(world.gateway.proxyUrl).waitFor();
  await page.getByRole('button', { name: 'Show the last 90 days' }).click();
  await page.waitForURL('**/usage?range=90d');
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

describe('with traffic', () => {
  beforeAll(async () => {
    await world.record(say('claude-opus-4-5', 'A haiku about harbours'));
    await world.record(say('claude-opus-4-5', 'And one about cranes'));
    await world.record(say('claude-haiku-4-5', 'And one about the sea'));
    await world.record(say('mystery-1', 'Nobody knows my price'));
    await world.record(say('fake-529', 'Too much'));
    await until(
      'all of it is in the sums',
      async () => JSON.stringify(await world.gateway.ask('/api/usage?step=all')).includes('"requestCount":5') || null,
      10_000,
    );
  }, 60_000);

  test('totals, plot and table say what was used; each figure leads to its requests', async () => {
    const { page, context, complaints } = await world.openPage('/usage?range=24h');
    const totals = page.getByRole('region', { name: 'Totals' });
    await totals.getByRole('link', { name: '5', exact: true }).waitFor();
    await page.getByText('1 request without a known price').waitFor();
    await page.getByRole('figure', { name: /^Cost by model in \d+ steps/ }).waitFor();
    const byModel = page.getByRole('region', { name: 'By model' });
    const opus = byModel.getByRole('row', { name: /claude-opus-4-5/ });
    await opus.getByRole('link', { name: '2', exact: true }).click();
    await page.waitForURL(/\/requests\?.*model=claude-opus-4-5/);
    await page.getByRole('row', { name: /cranes/ }).waitFor();
    await page.getByRole('row', { name: /harbours/ }).waitFor();
    await page.getByRole('row', { name: /the sea/ }).waitFor({ state: 'detached' });
    expect(await page.getByRole('row', { name: /opus-4-5/ }).count()).toBe(2);
    await page.goBack();
    await totals.getByRole('link', { name: '1 went wrong' }).click();
    await page.waitForURL(/\/requests\?.*status=error/);
    await page.getByRole('row', { name: /529 error/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('a bar leads to the requests of its hour, and the same figures stand in a table', async () => {
    const { page, context } = await world.openPage('/usage?range=24h&measure=requests');
    const table = page.getByRole('region', { name: 'Requests as a table' });
    await page.getByText('As a table').click();
    await table
      .getByRole('link', { name: /^[1-5]$/ })
      .first()
      .waitFor();
    const box = await page.getByRole('figure').boundingBox();
    if (box === null) throw new Error('the plot is not drawn');
    await page.mouse.move(box.x + box.width - 4, box.y + 60);
    await page.mouse.down();
    await page.mouse.up();
    await page.waitForURL(/\/requests\?.*from=/);
    await page.getByRole('row', { name: /cranes/ }).waitFor();
    await page.getByRole('button', { name: 'Any time', exact: true }).click();
    await page.waitForURL((url) => !url.search.includes('from='));
    await context.close();
  }, 60_000);

  test('split, measure, span and what it is narrowed to are in the address; the keys lead there', async () => {
    const { page, context } = await world.openPage('/requests');
    await page.getByRole('row', { name: /cranes/ }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.waitForURL('**/usage');
    await page.getByRole('button', { name: 'claude-haiku-4-5' }).click();
    await page.waitForURL('**/usage?model=claude-haiku-4-5');
    await page.getByRole('region', { name: 'Totals' }).getByRole('link', { name: '1', exact: true }).waitFor();
    await page.getByRole('button', { name: /^By Model/ }).click();
    await page.getByRole('menuitemradio', { name: 'Kind' }).click();
    await page.getByRole('row', { name: /Inference/ }).waitFor();
    expect(new URL(page.url()).searchParams.get('by')).toBe('kind');
    await page.getByRole('button', { name: 'Any model' }).click();
    await page.waitForURL('**/usage?by=kind');
    await context.close();
  }, 60_000);

  test('days and hours are those of the clock that one chooses', async () => {
    const { page, context } = await world.openPage('/usage?range=24h');
    await page.getByRole('figure').waitFor();
    await page.getByRole('button', { name: /^Clock/ }).click();
    await page.getByRole('menuitemradio', { name: 'Europe/Berlin' }).click();
    await page.waitForURL(/tz=Europe%2FBerlin/);
    await page.getByRole('heading', { name: /of the last four weeks, Europe\/Berlin/ }).waitFor();
    await page.getByText('As a table').click();
    await page.getByRole('rowheader', { name: /:00$/ }).first().waitFor();
    await context.close();
  }, 60_000);

  test('the figures can be taken away as CSV', async () => {
    const { page, context } = await world.openPage('/usage');
    const href = await page.getByRole('link', { name: 'CSV', exact: true }).getAttribute('href');
    const answer = await context.request.get(href ?? '');
    expect(answer.headers()['content-type']).toContain('text/csv');
    expect(await answer.text()).toContain('claude-opus-4-5');
    await context.close();
  }, 60_000);

  test('an hour of the week leads to its requests', async () => {
    const { page, context } = await world.openPage('/usage');
    const map = page.getByRole('region', { name: 'By weekday and hour' });
    await map.getByRole('button').first().click();
    await map.getByRole('status').getByRole('link').first().click();
    await page.waitForURL(/\/requests\?from=.*&to=/);
    await page.getByRole('row').nth(1).waitFor();
    await context.close();
  }, 60_000);

  test('the map of the week scrolls by itself on a phone, not the page with it', async () => {
    const { page, context } = await world.openPage('/usage?range=24h', { width: 390, height: 844 });
    await page.getByRole('region', { name: 'Table of weekdays and hours' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await context.close();
  }, 60_000);

  test('a wrong span is said', async () => {
    const { page, context } = await world.openPage('/usage?range=2w');
    await page.getByText('Left out: range “2w”').waitFor();
    await context.close();
  }, 60_000);
});
