import { afterAll, beforeAll, expect, test } from 'bun:test';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { until } from '@nexus/testkit';
import type { Page } from 'playwright-core';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

const SECRET = 'sk-ant-api03-planted-in-a-form';

function fileOf(domain: string): string {
  return path.join(world.gateway.dataDir, 'credentials', `${domain}.credentials.json`);
}

/** Everything that the page holds, fields included. */
async function readPage(page: Page): Promise<string> {
  const values = await page
    .locator('input, textarea')
    .evaluateAll((inputs) => inputs.map((input) => ('value' in input ? String(input.value) : '')));
  return `${await page.content()} ${values.join(' ')}`;
}

async function openForm(page: Page) {
  await page.getByRole('button', { name: 'Add account' }).click();
  return page.getByRole('dialog', { name: 'Add an account' });
}

test('an API key is tried and added; it serves, and stands nowhere on the page', async () => {
  const { page, context, complaints } = await world.openPage('/accounts');
  const form = await openForm(page);
  await form.getByLabel('Domain').fill('form.example.com');
  await form.getByLabel('Id', { exact: true }).fill('by-form');
  await form.getByLabel('Name (optional)').fill('By form');
  const secret = form.getByLabel('API key', { exact: true });
  expect(await secret.getAttribute('type')).toBe('password');
  expect(await secret.getAttribute('autocomplete')).toBe('off');

  await secret.fill('sk-ant-api03-invalid');
  await form.getByRole('button', { name: 'Test', exact: true }).click();
  await form.getByText('Its upstream refused the credential').waitFor();
  await secret.fill(SECRET);
  await form.getByRole('button', { name: 'Test and add' }).click();

  const card = page.getByRole('listitem', { name: 'By form' });
  await card.getByText('Healthy').waitFor();
  await card.getByText('API key, form.example.com').waitFor();
  await form.waitFor({ state: 'hidden' });
  expect(await readPage(page)).not.toContain(SECRET);
  const file = await Bun.file(fileOf('form.example.com')).text();
  expect(JSON.parse(file)).toMatchObject({ accountId: 'by-form', name: 'By form', type: 'api_key' });
  expect(file).not.toContain(SECRET);
  expect((await stat(fileOf('form.example.com'))).mode & 0o777).toBe(0o600);
  expect(JSON.stringify(await world.gateway.ask('/api/audit'))).not.toContain(SECRET);
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('what is missing is said at its field, and each kind asks for its own', async () => {
  const { page, context } = await world.openPage('/accounts');
  const form = await openForm(page);
  await form.getByLabel('It authenticates with').selectOption({ label: 'Client credentials' });
  await form.getByRole('button', { name: 'Test and add' }).click();
  expect(await form.getByText('Needed.').count()).toBeGreaterThanOrEqual(4);
  await form.getByLabel('Token URL').fill('http://login.example.com/token');
  await form.getByLabel('Client id').fill('nexus');
  await form.getByLabel('Id', { exact: true }).fill('cc');
  await form.getByLabel('Shown by').selectOption('private_key_jwt');
  expect(await form.getByLabel('Client secret', { exact: true }).count()).toBe(0);
  await form.getByLabel('Where the secret stands: Private key').selectOption({ label: 'In a file' });
  await form.getByLabel('Private key', { exact: true }).fill('/run/secrets/key.pem');
  await form.getByRole('button', { name: 'Test and add' }).click();
  await form.getByText('Must be https, or http to this machine.').waitFor();
  await form.getByLabel('Token URL').fill('https://127.0.0.1:1/token');
  await form.getByRole('button', { name: 'Test and add' }).click();
  await form.getByText('the file /run/secrets/key.pem is missing').waitFor();
  await form.getByRole('button', { name: 'Add it all the same' }).click();
  await page.getByRole('listitem', { name: 'cc' }).waitFor();
  expect(await Bun.file(fileOf('default')).json()).toEqual({
    accountId: 'cc',
    type: 'oauth2_client_credentials',
    tokenUrl: 'https://127.0.0.1:1/token',
    clientId: 'nexus',
    authMethod: 'private_key_jwt',
    privateKey: { file: '/run/secrets/key.pem' },
  });
  await context.close();
}, 60_000);

test('what is changed on the way to an upstream is said under Advanced, which opens where it is wrong', async () => {
  const { page, context, complaints } = await world.openPage('/accounts');
  const form = await openForm(page);
  await form.getByLabel('Domain').fill('advanced.example.com');
  await form.getByLabel('Id', { exact: true }).fill('advanced');
  await form.getByLabel('API key', { exact: true }).fill(SECRET);
  await form.getByText('Advanced').click();
  await form.getByLabel('Other paths (optional)').fill('/v1 = /v1\nhere');
  await form.getByText('Advanced').click();
  await form.getByRole('button', { name: 'Test', exact: true }).click();
  await form.getByText('“here” is not of the form').waitFor();
  await form.getByLabel('Other paths (optional)').fill('/v1/messages = /v1/messages');
  await form.getByLabel('Headers to set (optional)').fill('x-tenant: harbour');
  await form.getByLabel('Headers to leave out (optional)').fill('x-one x-two');
  await form.getByLabel('Betas to leave out (optional)').fill('context-management-2025-06-27 context_management');
  await form.getByRole('button', { name: 'Test and add' }).click();
  await page.getByRole('listitem', { name: 'advanced', exact: true }).getByText('Healthy').waitFor();
  expect(await Bun.file(fileOf('advanced.example.com')).json()).toMatchObject({
    accountId: 'advanced',
    upstream: {
      paths: { '/v1/messages': '/v1/messages' },
      setHeaders: { 'x-tenant': 'harbour' },
      removeHeaders: ['x-one', 'x-two'],
      withoutBetas: [{ beta: 'context-management-2025-06-27', field: 'context_management' }],
    },
  });
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('a kind that runs a program is not added here, and the page says why and how', async () => {
  const { page, context } = await world.openPage('/accounts');
  const form = await openForm(page);
  await form.getByLabel('It authenticates with').selectOption({ label: 'Token of a command' });
  await form.getByText('shall not thereby be able to run programs').waitFor();
  await form.getByRole('button', { name: 'Close' }).click();
  await form.waitFor({ state: 'hidden' });
  await context.close();
}, 60_000);

test('a login shows its link, takes the code, and is told when the code is wrong', async () => {
  const { page, context } = await world.openPage('/accounts');
  const form = await openForm(page);
  await form.getByLabel('It authenticates with').selectOption({ label: 'Claude login' });
  await form.getByLabel('Domain').fill('login.example.com');
  await form.getByLabel('Id', { exact: true }).fill('me');
  await form.getByRole('button', { name: 'Get the link' }).click();
  const link = form.getByRole('link', { name: /authorize/ });
  const url = new URL((await link.getAttribute('href')) ?? '');
  await form.getByLabel('The code that it shows').fill('made-up');
  await form.getByRole('button', { name: 'Sign in' }).click();
  await form.getByText('The code of the login was not accepted').waitFor();
  const code = world.fake.tokens.openCode('ada', url.searchParams.get('code_challenge') ?? '');
  await form.getByLabel('The code that it shows').fill(`${code}#${url.searchParams.get('state')}`);
  await form.getByRole('button', { name: 'Sign in' }).click();
  const card = page.getByRole('listitem', { name: 'me', exact: true });
  await card.getByText('OAuth login, login.example.com').waitFor();
  await card.getByRole('button', { name: 'Sign in again me' }).waitFor();
  expect(await readPage(page)).not.toContain('fake-ada');
  await context.close();
}, 60_000);

test('a credential is replaced, and the account is removed once it was asked whether', async () => {
  await Bun.write(
    fileOf('pool.example.com'),
    JSON.stringify({
      accounts: [
        { id: 'one', name: 'Pool one', type: 'api_key', api_key: 'sk-ant-api03-invalid', weight: 4 },
        { id: 'two', name: 'Pool two', type: 'api_key', api_key: 'sk-ant-api03-two' },
      ],
    }),
  );
  const { page, context, complaints } = await world.openPage('/accounts');
  const card = page.getByRole('listitem', { name: 'Pool one' });
  await card.getByRole('button', { name: 'Test Pool one' }).click();
  await card.getByText(/^Refused/).waitFor();
  await card.getByRole('button', { name: 'Replace Pool one' }).click();
  const form = page.getByRole('dialog', { name: 'Another credential for Pool one' });
  await form.getByLabel('Kept').selectOption('file');
  await form.getByLabel('API key', { exact: true }).fill('sk-ant-api03-still-invalid');
  await form.getByRole('button', { name: 'Replace', exact: true }).click();
  await form.getByText('Its upstream refused the credential').waitFor();
  await form.getByLabel('API key', { exact: true }).fill(SECRET);
  await form.getByRole('button', { name: 'Replace', exact: true }).click();
  await card.getByText('Healthy').waitFor();
  expect(await Bun.file(fileOf('pool.example.com')).json()).toMatchObject({
    accounts: [{ id: 'one', name: 'Pool one', weight: 4, api_key: SECRET }, { id: 'two' }],
  });

  await card.getByRole('button', { name: 'Remove Pool one' }).click();
  const question = page.getByRole('dialog', { name: 'Remove Pool one?' });
  await question.getByText('pool.example.com').waitFor();
  await question.getByRole('button', { name: 'Keep it' }).click();
  await card.getByRole('button', { name: 'Remove Pool one' }).click();
  await question.getByRole('button', { name: 'Remove it' }).click();
  await card.waitFor({ state: 'hidden' });
  await until('the file has one account', async () => {
    const text = await Bun.file(fileOf('pool.example.com')).text();
    return text.includes('"two"') && !text.includes('"one"') ? true : null;
  });
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('a room without accounts says what to do, and does it', async () => {
  const empty = await startBrowserWorld({ ANTHROPIC_API_KEY: '' });
  const { page, context } = await empty.openPage('/accounts');
  await page.getByRole('heading', { name: 'There are no accounts' }).waitFor();
  const form = await openForm(page);
  await form.getByLabel('Id', { exact: true }).fill('first');
  await form.getByLabel('API key', { exact: true }).fill(SECRET);
  await form.getByRole('button', { name: 'Test and add' }).click();
  await page.getByRole('listitem', { name: 'first' }).getByText('Healthy').waitFor();
  await empty.send(say('fake-text', 'Hello'));
  expect(empty.fake.requests.at(-1)?.header('x-api-key')).toBe(SECRET);
  await context.close();
  await empty.stop();
}, 120_000);
