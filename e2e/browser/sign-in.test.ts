import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type BrowserWorld, startBrowserWorld } from './browser-world.ts';

let world: BrowserWorld;
beforeAll(async () => {
  world = await startBrowserWorld();
}, 120_000);
afterAll(() => world.stop(), 60_000);

describe('signing in', () => {
  test('the one-time link of the start report opens the dashboard, once', async () => {
    const link = world.gateway.signInUrl;
    expect(link).not.toBeNull();
    const { page, context } = await world.openPage(link ?? '/', { signedIn: false });
    await page.waitForURL('**/live');
    await page.getByRole('heading', { name: 'Waiting for a request' }).waitFor();
    await context.close();

    const again = await world.openPage(link ?? '/', { signedIn: false });
    await again.page.getByRole('heading', { name: 'This link does not work any more' }).waitFor();
    await again.page.getByText('nexus sign-in').first().waitFor();
    await again.page.goto('/live');
    await again.page.waitForURL('**/sign-in?**');
    await again.context.close();
  }, 60_000);

  test('a stranger is told how to get in, and lands where they wanted to go', async () => {
    const { page, context } = await world.openPage('/requests?status=error', { signedIn: false });
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.getByText('nexus sign-in').count()).toBe(1);

    await page.getByLabel(/dashboard key/).fill('not the key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('This is not the dashboard key.').waitFor();

    await page.getByLabel(/dashboard key/).fill(world.gateway.dashboardKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL('**/requests?status=error');
    await context.close();
  }, 60_000);

  test('signing out locks the page, and "next" leads nowhere else', async () => {
    const { page, context } = await world.openPage('/live');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await page.goto('/sign-in?next=https://example.com/');
    await page.getByLabel(/dashboard key/).fill(world.gateway.dashboardKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${world.gateway.dashboardUrl}/live`);
    await context.close();
  }, 60_000);

  test('a session that ends under an open page leads to the sign-in page', async () => {
    const { page, context } = await world.openPage('/requests');
    await page.getByRole('heading', { name: 'Requests', exact: true }).waitFor();
    await context.clearCookies();
    await page.getByRole('link', { name: 'Live' }).click();
    await page.waitForURL('**/sign-in?**');
    await context.close();
  }, 60_000);

  test('who tries keys is told to wait; the right key opens all the same', async () => {
    const { page, context } = await world.openPage('/', { signedIn: false });
    const field = page.getByLabel(/dashboard key/);
    const button = page.getByRole('button', { name: 'Sign in' });
    const waiting = page.getByRole('alert').getByText('Too many failed attempts from this address. Wait a minute.');
    for (let attempt = 0; attempt < 12 && (await waiting.count()) === 0; attempt += 1) {
      await field.fill(`guess ${attempt}`);
      const answered = page.waitForResponse(/\/api\/sign-in$/);
      await button.click();
      await answered;
    }
    await waiting.waitFor();
    await field.fill(world.gateway.dashboardKey);
    await button.click();
    await page.waitForURL('**/live');
    await context.close();
  }, 60_000);

  test('who tries links is told to wait', async () => {
    const { page, context } = await world.openPage('/', { signedIn: false });
    const refusal = page.getByRole('heading', { name: /^(?:This link does not work any more|Too many attempts)$/ });
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await page.goto(`/sign-in?token=guess-${attempt}`);
      await refusal.waitFor();
      if ((await refusal.textContent()) === 'Too many attempts') break;
    }
    expect(await refusal.textContent()).toBe('Too many attempts');
    await page.getByText('Wait a minute.').waitFor();
    await context.close();
  }, 60_000);
});
