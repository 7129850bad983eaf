import { afterAll, beforeAll, expect, test } from 'bun:test';
import { until } from '@nexus/testkit';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

test('before any answer told of limits, the room says where they come from', async () => {
  const { page, context, complaints } = await world.openPage('/limits');
  await page.getByRole('heading', { name: 'No limit was told yet' }).waitFor();
  await page.getByText('Nobody is limited here').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('limits that were set here are listed by whom they are about', async () => {
  const { page, context } = await world.openPage('/limits');
  const answer = await context.request.post('/api/traffic-limits', {
    headers: { origin: world.gateway.dashboardUrl },
    data: { subjectKind: 'user', subject: 'ada', limits: { requestsPerMinute: 4_000, concurrent: 4 } },
  });
  expect(answer.status()).toBe(200);
  await page.reload();
  await page.getByRole('row', { name: 'user ada 4,000 – – 4' }).waitFor();
  await context.close();
}, 60_000);

test('a budget says what is spent of it, and leads to the requests that spent it', async () => {
  const { page, context } = await world.openPage('/limits');
  const answer = await context.request.post('/api/budgets', {
    headers: { origin: world.gateway.dashboardUrl },
    data: { subjectKind: 'global', subject: '*', period: 'day', limitNanoDollars: 50_000_000_000 },
  });
  expect(answer.status()).toBe(200);
  await page.reload();
  const budget = page.getByRole('listitem', { name: 'all together, a day' });
  await budget.getByText('$0 of $50.00 a day, 0 %').waitFor();
  await budget.getByRole('link', { name: '$0' }).click();
  await page.waitForURL(/\/requests\?from=/);
  await context.close();
}, 60_000);

test('a budget is set, changed and taken away where it is seen, and the audit says so', async () => {
  const { page, context, complaints } = await world.openPage('/limits');
  const budgets = page.getByRole('region', { name: 'Budgets' });
  await budgets.getByRole('button', { name: 'Set a budget' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set a budget' });
  await dialog.getByLabel('For').selectOption('project');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Say which one.').waitFor();
  await dialog.getByText('Write an amount in dollars').waitFor();
  await dialog.getByLabel('Project').fill('atlas');
  await dialog.getByLabel('Amount in dollars').fill('20');
  await dialog.getByText(/^At most \$20\.00 a day for all keys of project atlas together\./).waitFor();
  await dialog.getByText('Spent today').waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  const row = budgets.getByRole('listitem', { name: 'project atlas, a day' });
  await row.getByText('$0 of $20.00 a day').waitFor();

  await row.getByRole('button', { name: 'Change the budget: project atlas, a day' }).click();
  const change = page.getByRole('dialog', { name: 'Change a budget' });
  await change.getByLabel('Amount in dollars').fill('12.50');
  await change.getByRole('button', { name: 'Save' }).click();
  await row.getByText('$0 of $12.50 a day').waitFor();
  await row.getByRole('button', { name: 'Change the budget: project atlas, a day' }).click();
  await change.getByRole('button', { name: 'Remove it' }).click();
  await row.waitFor({ state: 'detached' });

  await page.goto('/audit');
  await page.getByText('took away the budget of project atlas').waitFor();
  await page.getByText('set the budget of project atlas').first().waitFor();
  await page.getByText('$12.50 a day').waitFor();
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('limits are set, changed and taken away where they are seen; what is wrong is said at its field', async () => {
  const { page, context } = await world.openPage('/limits');
  const limits = page.getByRole('region', { name: 'Limits set here' });
  await limits.getByRole('button', { name: 'Set limits' }).click();
  const dialog = page.getByRole('dialog', { name: 'Set limits' });
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('Write at least one limit.').waitFor();
  await dialog.getByLabel('Requests a minute').fill('a few');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('A whole number from 1 on').waitFor();
  await dialog.getByLabel('For').selectOption('domain');
  await dialog.getByLabel('Host name').fill('not a host');
  await dialog.getByLabel('Requests a minute').fill('600');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.getByText('must be a host name without port').waitFor();
  await dialog.getByLabel('Host name').fill('team.example.com');
  await dialog.getByLabel('Exchanges at once').fill('8');
  await dialog.getByText(/^At most 600 requests a minute and 8 exchanges at once/).waitFor();
  await dialog
    .getByText(/^Busiest minute of the last hour: /)
    .first()
    .waitFor();
  await dialog.getByRole('button', { name: 'Save' }).click();
  await limits.getByRole('row', { name: 'domain team.example.com 600 – – 8' }).waitFor();

  await limits.getByRole('button', { name: 'Change the limits: domain team.example.com' }).click();
  const change = page.getByRole('dialog', { name: 'Change limits' });
  await change.getByLabel('Input tokens a minute').fill('400k');
  await change.getByRole('button', { name: 'Save' }).click();
  await limits.getByRole('row', { name: 'domain team.example.com 600 400,000 – 8' }).waitFor();
  await limits.getByRole('button', { name: 'Change the limits: domain team.example.com' }).click();
  await change.getByRole('button', { name: 'Remove it' }).click();
  await limits.getByRole('row', { name: /team\.example\.com/ }).waitFor({ state: 'detached' });
  await context.close();
}, 60_000);

test('each window says what is used, until when, where it is heading, and who told it', async () => {
  await world.record(say('fake-limits-unified', 'Whose window is it?'));
  await world.record(say('fake-limits-unified-warning', 'Is there more?'));
  await until('the windows are known', async () =>
    JSON.stringify(await world.gateway.ask('/api/limits')).includes('"usedShare":0.91') ? true : null,
  );
  const { page, context, complaints } = await world.openPage('/live');
  await page.getByTitle('1 limit nearly used up').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await page.waitForURL('**/limits');
  await page
    .getByRole('region', { name: 'Near a limit' })
    .getByText(/^91 % 5 hours of ANTHROPIC_API_KEY used/)
    .waitFor();
  const account = page.getByRole('region', { name: 'ANTHROPIC_API_KEY' });
  const five = account.getByRole('listitem', { name: '5 hours' });
  await five.getByText('91 %').waitFor();
  // An hour from the answer on; a busy machine may look at it minutes later.
  await five.getByText(/^(?:5\d m \d\d s|1 h 00 m) left$/).waitFor();
  await five.getByText(/^told by Claude /).waitFor();
  expect(await five.getByRole('meter').getAttribute('aria-valuenow')).toBe('91');

  await account.getByRole('listitem', { name: '7 days' }).getByRole('button').click();
  await page.waitForURL(/window=7d/);
  await page.getByRole('region', { name: 'History of 7 days' }).getByText('As a table').click();
  await page.getByRole('region', { name: 'Samples as a table' }).getByText('22 %').first().waitFor();
  await page.getByRole('button', { name: '30 days' }).click();
  await page.waitForURL(/days=30/);
  await page.getByRole('figure', { name: /in the last 30 days, 22 % at the most/ }).waitFor();
  expect(complaints).toEqual([]);
  await context.close();
}, 60_000);

test('who used a window is told by conversation and by key, and leads there', async () => {
  const { page, context } = await world.openPage('/limits?window=5h');
  const shares = page.getByRole('region', { name: 'Who used 5 hours' });
  await shares.getByRole('row', { name: /Whose window is it/ }).waitFor();
  await shares.getByRole('button', { name: 'Key' }).click();
  await page.waitForURL(/by=key/);
  await shares.getByText('no key of ours').waitFor();
  await shares.getByRole('button', { name: 'Conversation' }).click();
  await shares.getByRole('link', { name: /Whose window is it/ }).click();
  await page.waitForURL(/\/conversations\/[0-9a-f-]{36}/);
  await context.close();
}, 60_000);

test('a wrong place is said', async () => {
  const { page, context } = await world.openPage('/limits?days=3');
  await page.getByText('Left out: days “3”').waitFor();
  await context.close();
}, 60_000);
