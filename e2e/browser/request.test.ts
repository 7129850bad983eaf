import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { until } from '@nexus/testkit';
import { type BrowserWorld, say, startBrowserWorld } from './browser-world.ts';

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGNgaPDAigamBAD1BkA/bPPW2AAAAABJRU5ErkJggg==';

/** A turn of an agent, with one of everything that a person may look for. */
const AGENT_TURN = {
  model: 'fake-thinking',
  system: [{ type: 'text', text: 'You are a careful engineer.' }],
  tools: [{ name: 'Bash', description: 'Runs a command', input_schema: { type: 'object' } }],
  messages: [
    { role: 'user', content: 'An old question' },
    { role: 'assistant', content: 'An old answer' },
    {
      role: 'user',
      content: [
        { type: 'text', text: '<system-reminder>Keep it short.</system-reminder>' },
        {
          type: 'text',
          text: 'Mend **the test**. <img src=x onerror="document.title=1"><script>document.title=2</script>',
        },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: PIXEL } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I run it.' },
        { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: { command: 'bun test' } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '1 fail', is_error: true }] },
  ],
};

let world: BrowserWorld;
let requestId: string;
beforeAll(async () => {
  world = await startBrowserWorld();
  requestId = await world.record(AGENT_TURN);
}, 120_000);
afterAll(() => world.stop(), 60_000);

describe('Request', () => {
  test('says why Claude could not be reached', async () => {
    const id = await world.record(say('fake-close', 'Is anybody there?'));
    const { page, context, complaints } = await world.openPage(`/requests/${id}`);
    const cause = page.getByRole('region', { name: 'Cause' });
    await cause.getByText('the connection was closed without an answer').waitFor();
    await cause.getByText('ECONNRESET').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('shows the last prompt, the tool call with its result, and the answer with its thinking', async () => {
    const { page, context, complaints } = await world.openPage(`/requests/${requestId}`);
    const call = page.getByRole('region', { name: 'Tool call Bash' });
    await call.getByText('bun test').waitFor();
    await call.getByText('1 fail').first().waitFor();
    await page.getByRole('article', { name: 'Answer' }).getByText('Thinking').waitFor();
    expect(await page.getByText('An old question').count()).toBe(0);
    await page.getByRole('button', { name: 'Show 2 earlier messages' }).click();
    await page.getByText('An old question').waitFor();

    const picture = page.getByRole('img', { name: /Attached/ });
    await picture.waitFor();
    await page.waitForFunction('document.querySelector("img[alt^=Attached]").naturalWidth === 8');
    await page.getByText('System prompt').click();
    await page.getByText('You are a careful engineer.').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('HTML in a prompt stays text', async () => {
    const { page, context } = await world.openPage(`/requests/${requestId}`);
    await page.locator('strong', { hasText: 'the test' }).waitFor();
    expect(await page.title()).toBe('Request · Claude Nexus');
    expect(await page.locator('main img[src="x"], main script').count()).toBe(0);
    await context.close();
  }, 60_000);

  test('tells our time from that of Claude, phase by phase', async () => {
    const { page, context } = await world.openPage(`/requests/${requestId}?tab=timing`);
    const phases = page.getByRole('table', { name: 'Phases' });
    for (const name of ['receive', 'identify-domain', 'authenticate', 'pick-account', 'forward', 'answer', 'record']) {
      await phases.getByText(name, { exact: true }).waitFor();
    }
    await page.getByRole('region', { name: 'Time line' }).getByText('waiting for the first byte').waitFor();
    await page.getByRole('img', { name: /pieces over/ }).waitFor();
    await context.close();
  }, 60_000);

  test('gives the bytes back as they were sent', async () => {
    const { page, context, complaints } = await world.openPage(`/requests/${requestId}?tab=raw`);
    const part = page.getByRole('region', { name: 'Request body' });
    await part.getByRole('tree').getByText('fake-thinking').waitFor();
    const waiting = page.waitForEvent('download');
    await part.getByRole('link', { name: 'Download the bytes' }).click();
    const download = await waiting;
    expect(await Bun.file(await download.path()).json()).toMatchObject(AGENT_TURN);
    await part.getByRole('button', { name: /Copy/ }).first().click();
    expect(await page.evaluate('navigator.clipboard.readText()')).toContain('An old question');
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('shows headers without their secrets', async () => {
    const { page, context } = await world.openPage(`/requests/${requestId}`);
    await page.getByRole('region', { name: 'Time line' }).waitFor();
    await page.keyboard.press('3');
    await page.waitForURL('**tab=headers');
    const headers = page.getByRole('region', { name: 'Request headers' });
    await headers.getByText('anthropic-version').waitFor();
    expect(await page.content()).not.toContain('sk-ant-test-key');
    await context.close();
  }, 60_000);

  test('says what went wrong with a request that did', async () => {
    const refused = await world.record(say('fake-529', 'Too much'));
    const { page, context } = await world.openPage(`/requests/${refused}`);
    await page.getByText('Claude answered with an error, which the caller got unchanged.').waitFor();
    await page
      .getByRole('main')
      .getByText(/^overloaded_error Overloaded/)
      .waitFor();
    await context.close();

    const cut = await world.record(say('fake-cut-300', 'Cut me off'));
    const opened = await world.openPage(`/requests/${cut}`);
    await opened.page.getByText('The answer ended too early.').waitFor();
    await opened.context.close();
  }, 60_000);

  test('keeps the line ends of a pasted text, and one of a hard break', async () => {
    const pasted = await world.record(say('fake-text', 'first line\nsecond line  \nthird line'));
    const { page, context } = await world.openPage(`/requests/${pasted}`);
    const said = page.getByRole('article', { name: 'Message 1, User' }).locator('p');
    await said.waitFor();
    expect(await said.innerText()).toBe('first line\nsecond line\nthird line');
    await context.close();
  }, 60_000);

  test('names the account whose credential served it', async () => {
    const { page, context } = await world.openPage(`/requests/${requestId}`);
    const facts = page.getByRole('main').locator('dl').first();
    await facts.waitFor();
    expect(await facts.innerText()).toMatch(
      /Key\s+none\s+User\s+not told\s+Project\s+not told\s+Account\s+ANTHROPIC_API_KEY/,
    );
    await context.close();
  }, 60_000);

  test('a refusal says why before anything else, and leads to where one sees it', async () => {
    const answer = await fetch(`${world.gateway.proxyUrl}/v1/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'nx_live_made_up' },
      body: JSON.stringify({ max_tokens: 16, ...say('fake-text', 'Who am I?') }),
    });
    expect(answer.status).toBe(401);
    await answer.text();
    const refused = answer.headers.get('x-nexus-request-id') ?? '';
    await until('the refusal is recorded', () => world.gateway.ask(`/api/requests/${refused}`).catch(() => null));
    const { page, context, complaints } = await world.openPage(`/requests/${refused}`);
    const cause = page.getByRole('region', { name: 'Cause' });
    await cause.getByText('What to check:').waitFor();
    await cause.getByRole('link', { name: 'Keys' }).click();
    await page.waitForURL('**/keys');
    expect(complaints).toEqual([]);
    await context.close();
  }, 60_000);

  test('an id that nobody knows gets an answer that helps', async () => {
    const { page, context } = await world.openPage('/requests/0198c0de-0000-7000-8000-000000000001');
    await page.getByText('There is no request with this id.').waitFor();
    await page.getByText('What to check:').waitFor();
    for (const nowhere of ['/nowhere', '/requests/no-id']) {
      await page.goto(nowhere);
      await page.getByRole('heading', { name: 'There is no page here' }).waitFor();
      // One goes on from there as from every page.
      await page.getByRole('navigation', { name: 'Rooms' }).waitFor();
    }
    await context.close();
  }, 60_000);
});
