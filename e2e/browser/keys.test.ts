import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { until } from '@nexus/testkit';
import type { Page } from 'playwright-core';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

const boundMs = 60_000;

test(
  'a key is made in the browser, shown once with the lines for Claude Code, and nowhere after that',
  async () => {
    const { page, context, complaints } = await world.openPage('/live');
    await page.keyboard.press('g');
    await page.keyboard.press('k');
    await page.waitForURL('**/keys');
    await page.getByRole('heading', { name: 'There are no keys yet' }).waitFor();
    await page.getByRole('button', { name: 'New key' }).click();
    const dialog = page.getByRole('dialog', { name: 'New key' });
    await dialog.getByRole('button', { name: 'Make the key' }).click();
    await dialog.getByText('Give it a name').waitFor();
    await dialog.getByLabel('Name', { exact: true }).fill('laptop of ada');
    await dialog.getByLabel('Owner').fill('ada');
    await dialog.getByLabel('Project').fill('harbour');
    await dialog.getByLabel('It ends').selectOption('90');
    await dialog.getByText('Limits of its own').click();
    await dialog.getByLabel('Requests a minute').fill('4k');
    await dialog.getByRole('button', { name: 'Make the key' }).click();

    const lines = (await dialog.getByLabel('lines for Claude Code', { exact: true }).textContent()) ?? '';
    const secret = /nx_live_[\w-]{43}/.exec(lines)?.[0] ?? '';
    expect(lines).toBe(`export ANTHROPIC_BASE_URL=${world.gateway.proxyUrl}\nexport ANTHROPIC_AUTH_TOKEN=${secret}`);
    await dialog.getByRole('button', { name: 'Copy the key' }).click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(secret);
    await page.evaluate('navigator.clipboard.writeText("")');
    // A click beside it must not lose what is shown once.
    await page.mouse.click(5, 5);
    await dialog.getByRole('button', { name: 'I have copied it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('row', { name: /laptop of ada/ }).waitFor();
    expect(await whereIs(page, secret)).toEqual([]);
    expect(world.gateway.output()).not.toContain(secret);
    expect(JSON.stringify(await world.gateway.ask('/api/traffic-limits'))).toContain('"requestsPerMinute":4000');

    await passThrough(secret, 'What is in the harbour?');
    await until('it is recorded', async () => JSON.stringify(await ask('/api/requests')).includes('harbour') || null);
    await page.getByRole('row', { name: /laptop of ada/ }).click();
    await page.waitForURL(/\/keys\/[0-9a-f-]{36}$/);
    await page.getByRole('link', { name: 'All its requests' }).click();
    await page.getByRole('row', { name: /What is in the harbour/ }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  },
  boundMs,
);

describe('the list', () => {
  test(
    'follows what others do without being loaded again',
    async () => {
      const { page, context } = await world.openPage('/keys');
      const { keyId } = await make('made elsewhere', { owner: 'grace' });
      await page.getByRole('row', { name: /made elsewhere/ }).waitFor();
      await ask(`/api/keys/${keyId}`, 'DELETE');
      await page.getByRole('row', { name: /made elsewhere/ }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: /State/ }).click();
      await page.getByRole('menuitemradio', { name: 'Expired or revoked' }).click();
      await page.getByRole('row', { name: /made elsewhere .*Revoked/ }).waitFor();
      await context.close();
    },
    boundMs,
  );

  test(
    'is narrowed by words, put in order by its heads, and walked by the keyboard',
    async () => {
      await make('alpha', { project: 'atlas' });
      await make('omega', { project: 'atlas' });
      const { page, context } = await world.openPage('/keys');
      await page.getByRole('row', { name: /omega/ }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('atlas');
      await page.waitForURL(/text=atlas/);
      const names = async () =>
        (await page.getByRole('row').allTextContents()).slice(1).map((text) => text.slice(0, 5));
      await until('two are left', async () => ((await names()).length === 2 ? true : null));
      await page.getByRole('columnheader', { name: 'Key' }).getByRole('button').click();
      await page.waitForURL(/sort=name/);
      expect(await names()).toEqual(['alpha', 'omega']);
      await page.getByRole('columnheader', { name: 'Key' }).getByRole('button').click();
      await page.waitForURL(/sort=-name/);
      expect(await names()).toEqual(['omega', 'alpha']);
      await page.getByRole('region', { name: 'List of keys' }).focus();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'omega' }).waitFor();
      await page.keyboard.press('Escape');
      await page.waitForURL(/\/keys\?at=/);
      await context.close();
    },
    boundMs,
  );

  test(
    'leads to making a key from the palette, and back',
    async () => {
      const { page, context } = await world.openPage('/live');
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: 'Find or go to' }).fill('new key');
      await page.keyboard.press('Enter');
      await page.waitForURL(/\/keys\?make=key/);
      await page.getByRole('dialog', { name: 'New key' }).getByRole('button', { name: 'Cancel' }).click();
      await page.waitForURL(/\/keys$/);
      await context.close();
    },
    boundMs,
  );

  test(
    'a second key of a name is made only by asking again',
    async () => {
      await make('twin', { project: 'harbour' });
      const { page, context } = await world.openPage('/keys?make=key');
      const dialog = page.getByRole('dialog', { name: 'New key' });
      await dialog.getByLabel('Name', { exact: true }).fill('twin');
      await dialog.getByRole('button', { name: 'Make the key' }).click();
      await dialog.getByRole('alert').getByText('A key called twin works for every domain already').waitFor();
      const again = dialog.getByRole('button', { name: 'Make a second one' });
      await again.waitFor();
      // Under another name it is not a second one.
      await dialog.getByLabel('Name', { exact: true }).fill('twins');
      await again.waitFor({ state: 'detached' });
      await dialog.getByLabel('Name', { exact: true }).fill('twin');
      await again.click();
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await until('there are two', async () =>
        (await page.getByRole('row', { name: /twin/ }).count()) === 2 ? true : null,
      );
      await context.close();
    },
    boundMs,
  );

  test(
    'a wrong place is said',
    async () => {
      const { page, context, complaints } = await world.openPage('/keys?sort=banana');
      await page.getByText('Left out: sort “banana”').waitFor();
      expect(complaints).toEqual([]);
      await context.close();
    },
    boundMs,
  );
});

describe('one key', () => {
  test(
    'is rotated with grace: both secrets are good until the old one ends',
    async () => {
      const { keyId, key: old } = await make('to be rotated');
      const { page, context } = await world.openPage(`/keys/${keyId}`);
      await page.getByRole('button', { name: 'Rotate' }).click();
      const dialog = page.getByRole('dialog', { name: 'Rotate the key' });
      await dialog.getByLabel('The secret so far is to').selectOption('3600');
      await dialog.getByRole('button', { name: 'Rotate' }).click();
      await dialog.getByText('The one before it is good until').waitFor();
      const secret = (await dialog.getByLabel('key', { exact: true }).textContent()) ?? '';
      expect(secret).toMatch(/^nx_live_/);
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByText('The secret from before the last rotation is still good').waitFor();
      await page.getByText('rotated a key').waitFor();
      expect(await whereIs(page, secret)).toEqual([]);
      await passThrough(secret, 'The new one');
      await passThrough(old, 'The old one');
      await context.close();
    },
    boundMs,
  );

  test(
    'is ended, and revoked once it was said who used it last',
    async () => {
      const { keyId, key } = await make('on its way out');
      await passThrough(key, 'Who was here last?', { 'x-nexus-user': 'grace' });
      await until(
        'the request is listed',
        async () => JSON.stringify(await ask(`/api/requests?keyId=${keyId}`)).includes('grace') || null,
      );
      const { page, context } = await world.openPage(`/keys/${keyId}`);
      await page.getByRole('button', { name: 'Set its end' }).click();
      const ends = page.getByRole('dialog', { name: 'Set its end' });
      await ends.getByLabel('It ends').selectOption('date');
      await ends.getByLabel('Last day').fill('2020-01-01');
      await ends.getByRole('button', { name: 'Set its end' }).click();
      await ends.getByText('This day is over').waitFor();
      await ends.getByLabel('It ends').selectOption('7');
      await ends.getByRole('button', { name: 'Set its end' }).click();
      await page.getByText(/^Ends in (?:7 d|1\d\d h)/).waitFor();

      await page.getByRole('button', { name: 'Revoke' }).click();
      const question = page.getByRole('dialog', { name: 'Revoke the key?' });
      await question.getByText(/^It was last used .* by grace/).waitFor();
      await question.getByRole('button', { name: 'Revoke on its way out' }).click();
      await page.getByText('Revoked', { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: 'Rotate' }).count()).toBe(0);
      await until('it is refused', async () => ((await post(key, 'Still there?')).status === 401 ? true : null));
      await context.close();
    },
    boundMs,
  );

  test(
    'has limits and budgets of its own, beside those it shares',
    async () => {
      const { keyId } = await make('bounded', { owner: 'linus' });
      await ask('/api/budgets', 'POST', toBudget('user', 'linus', 40));
      const { page, context } = await world.openPage(`/keys/${keyId}`);
      const rules = page.getByRole('region', { name: 'Limits and budgets' });
      await rules.getByRole('listitem', { name: 'user linus, a month' }).waitFor();
      await rules.getByRole('button', { name: 'Set a budget' }).click();
      const dialog = page.getByRole('dialog', { name: 'Set a budget' });
      await dialog.getByLabel('Amount in dollars').fill('2.50');
      await dialog.getByText('At most $2.50 a day for key bounded.').waitFor();
      await dialog.getByText('Spent this month').waitFor();
      await dialog.getByRole('button', { name: 'Save' }).click();
      await rules.getByRole('listitem', { name: 'key bounded, a day' }).getByText('$0 of $2.50 a day').waitFor();
      await ask('/api/traffic-limits', 'POST', {
        subjectKind: 'key',
        subject: keyId,
        limits: { requestsPerMinute: 60 },
      });
      const changes = page.getByRole('region', { name: 'Changes' });
      await changes.getByRole('listitem').filter({ hasText: 'set the limits of key bounded' }).waitFor();
      expect(await changes.getByRole('listitem').allTextContents()).toEqual([
        expect.stringContaining('set the limits of key bounded60 requests a minute'),
        expect.stringContaining('set the budget of key bounded$2.50 a day'),
        expect.stringContaining('made a key'),
      ]);
      await context.close();
    },
    boundMs,
  );

  test(
    'that is not there says so',
    async () => {
      const { page, context } = await world.openPage('/keys/0198c0de-0000-7000-8000-0000000000ff');
      await page.getByRole('heading', { name: 'There is no such key' }).waitFor();
      await context.close();
    },
    boundMs,
  );
});

test(
  'who may only read sees the keys, and what it takes to change them',
  async () => {
    const reader = await make('reader', { scopes: ['read'] });
    await until('the key is known', async () => {
      const answer = await fetch(`${world.gateway.dashboardUrl}/api/me`, { headers: { 'x-api-key': reader.key } });
      return answer.ok || null;
    });
    const context = await world.browser.newContext({
      baseURL: world.gateway.dashboardUrl,
      extraHTTPHeaders: { 'x-api-key': reader.key },
    });
    const page = await context.newPage();
    await page.goto('/keys');
    await page.getByRole('row', { name: /reader/ }).waitFor();
    await page.getByText('Making keys takes the scope “write”.').waitFor();
    expect(await page.getByRole('button', { name: 'New key' }).count()).toBe(0);
    await page.getByRole('row', { name: /reader/ }).click();
    await page.getByText('Changing keys takes the scope “write”.').waitFor();
    await context.close();
  },
  boundMs,
);

interface Made {
  readonly keyId: string;
  readonly key: string;
}

async function make(name: string, fields: Readonly<Record<string, unknown>> = {}): Promise<Made> {
  const made = await ask('/api/keys', 'POST', { name, ...fields });
  if (!isMade(made)) throw new Error(`no key was made: ${JSON.stringify(made)}`);
  return made;
}

function isMade(answer: unknown): answer is Made {
  return typeof answer === 'object' && answer !== null && 'keyId' in answer && 'key' in answer;
}

function toBudget(subjectKind: string, subject: string, dollars: number) {
  return { subjectKind, subject, period: 'month', limitNanoDollars: dollars * 1e9 };
}

async function ask(path: string, method = 'GET', body?: unknown): Promise<unknown> {
  const answer = await fetch(world.gateway.dashboardUrl + path, {
    method,
    headers: { 'x-dashboard-key': world.gateway.dashboardKey, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} gave ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

function post(key: string, words: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${world.gateway.proxyUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': key, ...headers },
    body: JSON.stringify({ max_tokens: 64, ...say('claude-sonnet-4-5', words) }),
  });
}

/** Sends words with a key until they pass: a gateway knows a new key within a second. */
async function passThrough(key: string, words: string, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  await until('the key is known', async () => {
    const answer = await post(key, words, headers);
    await answer.text();
    return answer.status === 200 || null;
  });
}

/** The places of a page that hold a text: what is drawn, what is kept, and where one is. */
async function whereIs(page: Page, text: string): Promise<readonly string[]> {
  const places = await page.evaluate(`({
    page: document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((one) => one.value),
    local: JSON.stringify(localStorage),
    session: JSON.stringify(sessionStorage),
    cookie: document.cookie,
    address: location.href + JSON.stringify(history.state),
    fetched: performance.getEntries().map((one) => one.name).join(' '),
  })`);
  return Object.entries(places ?? {}).flatMap(([place, held]) => (String(held).includes(text) ? [place] : []));
}
