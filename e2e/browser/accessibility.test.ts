import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
let requestId: string;
let keyId: string;
beforeAll(async () => {
  world = await startBrowserWorld();
  await world.record(say('fake-529', 'Too much'));
  await world.record(say('fake-limits-unified', 'How much is left?'));
  keyId = await makeKey();
  requestId = await world.record(say('fake-tools-parallel', 'Call the tools'));
}, 120_000);
afterAll(() => world.stop(), 60_000);

/** Each screen, and what shows that it is drawn. */
const SCREENS: readonly (readonly [name: string, path: () => string, ready: (page: Page) => Promise<void>])[] = [
  ['Live', () => '/live', (page) => page.getByRole('link', { name: /Call the tools/ }).waitFor()],
  ['Requests', () => '/requests', (page) => page.getByRole('row', { name: /529 error/ }).waitFor()],
  ['Messages', () => `/requests/${requestId}`, (page) => page.getByRole('article', { name: 'Answer' }).waitFor()],
  ['Timing', () => `/requests/${requestId}?tab=timing`, (page) => page.getByRole('table').waitFor()],
  [
    'Headers',
    () => `/requests/${requestId}?tab=headers`,
    (page) => page.getByRole('region', { name: 'Request headers' }).waitFor(),
  ],
  ['Raw', () => `/requests/${requestId}?tab=raw`, (page) => page.getByRole('tree').first().waitFor()],
  ['Usage', () => '/usage', (page) => page.getByRole('figure').waitFor()],
  [
    'Limits',
    () => '/limits',
    (page) => page.getByRole('region', { name: 'Limits' }).getByRole('meter').first().waitFor(),
  ],
  ['Keys', () => '/keys', (page) => page.getByRole('row', { name: /laptop/ }).waitFor()],
  ['a key', () => `/keys/${keyId}`, (page) => page.getByRole('region', { name: 'Changes' }).waitFor()],
  [
    'a new key',
    () => '/keys',
    async (page) => {
      await page.getByRole('button', { name: 'New key' }).click();
      await page.getByRole('button', { name: 'Make the key' }).click();
      await page.getByText('Give it a name').waitFor();
    },
  ],
  [
    'a budget',
    () => '/limits',
    async (page) => {
      await page.getByRole('button', { name: 'Set a budget' }).click();
      await page.getByText('Spent today').waitFor();
    },
  ],
  [
    'limits',
    () => '/limits',
    async (page) => {
      await page.getByRole('button', { name: 'Set limits' }).click();
      await page.getByText('Busiest minute').first().waitFor();
    },
  ],
  ['Conversations', () => '/conversations', (page) => page.getByRole('row', { name: /Call the tools/ }).waitFor()],
  ['Search', () => '/search?q=tools', (page) => page.getByRole('heading', { name: 'Search' }).waitFor()],
  ['Audit', () => '/audit', (page) => page.getByText('made a key').waitFor()],
  ['Accounts', () => '/accounts', (page) => page.getByRole('listitem', { name: 'ANTHROPIC_API_KEY' }).waitFor()],
  ...(['API key', 'Client credentials', 'Flow tenant', 'Token of a command'] as const).map(
    (kind) =>
      [
        `a new account: ${kind}`,
        () => '/accounts',
        async (page: Page) => {
          await page.getByRole('button', { name: 'Add account' }).click();
          await page.getByLabel('It authenticates with').selectOption({ label: kind });
          const add = page.getByRole('button', { name: 'Test and add' });
          if (kind !== 'Token of a command') {
            await add.click();
            await page.getByText('Needed.').first().waitFor();
          }
        },
      ] as const,
  ),
  [
    'a new login',
    () => '/accounts',
    async (page) => {
      await page.getByRole('button', { name: 'Add account' }).click();
      await page.getByLabel('It authenticates with').selectOption({ label: 'Claude login' });
      await page.getByLabel('Id', { exact: true }).fill('me');
      await page.getByRole('button', { name: 'Get the link' }).click();
      await page.getByLabel('The code that it shows').waitFor();
    },
  ],
  ['a wrong filter', () => '/requests?status=banana', (page) => page.getByText('Left out:').waitFor()],
  ['a page that is not', () => '/nowhere', (page) => page.getByText('There is no page here').waitFor()],
  [
    'an error',
    () => '/conversations/5e1ec7ed-0000-8000-8000-000000000002',
    (page) => page.getByText('What to check:').waitFor(),
  ],
];

describe.each(['light', 'dark'] as const)('in %s', (theme) => {
  test.each(SCREENS)(
    '%s has no serious hindrance',
    async (_name, path, ready) => {
      const { page, context } = await world.openPage(path(), { theme });
      await ready(page);
      expect(await findHindrances(page)).toEqual([]);
      await context.close();
    },
    60_000,
  );

  test('the sign-in page, the palette and the sheet have none either', async () => {
    const stranger = await world.openPage('/', { theme, signedIn: false });
    await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await findHindrances(stranger.page)).toEqual([]);
    await stranger.context.close();

    const { page, context } = await world.openPage('/requests', { theme });
    await page.getByRole('row', { name: /529 error/ }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    expect(await findHindrances(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: /Live/ }).waitFor();
    expect(await findHindrances(page)).toEqual([]);
    await context.close();
  }, 60_000);
});

describe('the theme', () => {
  test('follows the machine, until one is chosen; the choice outlives a reload', async () => {
    const { page, context } = await world.openPage('/live', { theme: 'dark' });
    const background = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await background();
    await page.getByRole('button', { name: /^Theme: system/ }).click();
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    await page.getByRole('button', { name: /^Theme: light/ }).waitFor();
    expect(await background()).toBe(light);
    await context.close();
  }, 60_000);
});

describe('a phone', () => {
  test.each([
    ['/live', () => '/live'],
    ['/requests', () => '/requests'],
    ['/usage', () => '/usage'],
    ['/limits', () => '/limits'],
    ['/keys', () => '/keys'],
    ['/accounts', () => '/accounts'],
    ['a key', () => `/keys/${keyId}`],
    ['/audit', () => '/audit'],
    ['a request', () => `/requests/${requestId}`],
  ])(
    'shows %s without scrolling sideways',
    async (_name, path) => {
      const { page, context } = await world.openPage(path(), { width: 390, height: 844 });
      await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
      await page.getByRole('heading', { level: 1 }).waitFor();
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      expect(overflow).toBe(0);
      await context.close();
    },
    60_000,
  );
});

async function findHindrances(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`);
}

async function makeKey(): Promise<string> {
  const answer = await fetch(`${world.gateway.dashboardUrl}/api/keys`, {
    method: 'POST',
    headers: { 'x-dashboard-key': world.gateway.dashboardKey, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'laptop', owner: 'ada', labels: ['home'] }),
  });
  const made: unknown = await answer.json();
  if (typeof made !== 'object' || made === null || !('keyId' in made)) throw new Error(`no key: ${answer.status}`);
  return String(made.keyId);
}
