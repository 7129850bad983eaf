/*
 * Draws the pictures of the README: `bun e2e/src/draw-pictures.ts [names]`. Nothing in them is painted: the gateway, the
 * dashboard, Claude Code and the SDK are the real ones, what Claude says is scripted, and the week behind it is recorded
 * the way a gateway records.
 */
import path from 'node:path';
import Anthropic from '@anthropic-ai/sdk';
import { type DemoPerson, textBlock, thinkingBlock, toolUseBlock, until, writeDemoWeek } from '@nexus/testkit';
import type { Page } from 'playwright-core';
import { type BrowserWorld, startBrowserWorld } from '../browser/browser-world.ts';
import { findFolder } from '../real-clients/find-folder.ts';
import { runHarbourSession } from '../real-clients/harbour-session.ts';
import { runClaudeCode } from '../real-clients/run-claude-code.ts';

/** What the real Claude Code asks for. */
const MODEL = 'claude-sonnet-4-5';

const RULES_MS = 2_000;

/** Places all around the world: in one of them it is a busy afternoon now. */
const CLOCKS = [
  'Pacific/Auckland',
  'Asia/Tokyo',
  'Asia/Bangkok',
  'Asia/Karachi',
  'Europe/Berlin',
  'Atlantic/Azores',
  'America/Sao_Paulo',
  'America/Chicago',
  'America/Los_Angeles',
  'Pacific/Honolulu',
];
const AFTERNOON_HOUR = 16;
const CLOCK = CLOCKS.toSorted((one, other) => toDistance(one) - toDistance(other))[0] ?? 'UTC';

const images = path.resolve(import.meta.dir, '../../docs/images');

interface Picture {
  readonly name: string;
  readonly where: string;
  readonly height: number;
  /** What is done before, and what shows that all is drawn. */
  readonly ready: (page: Page) => Promise<void>;
}

async function drawPictures(wanted: readonly string[]): Promise<void> {
  const world = await startBrowserWorld();
  try {
    const keys = await makeKeys(world);
    await writeWeek(world, keys);
    await runHarbourSession({ fake: world.fake, baseUrl: world.gateway.proxyUrl, model: MODEL });
    const requestId = await mendTheCheckout(world);
    const conversationId = await findConversation(world, 'harbour');
    await setRules(world, keys);
    // Every gateway knows of a budget within a second.
    await Bun.sleep(RULES_MS);
    await spend(world, keys);
    const pictures = listPictures(world, { requestId, conversationId, keyId: keys[0]?.keyId ?? '' });
    for (const picture of pictures) {
      if (wanted.length === 0 || wanted.includes(picture.name)) await draw(world, picture);
    }
  } finally {
    await world.stop();
  }
}

interface Shown {
  readonly requestId: string;
  readonly conversationId: string;
  readonly keyId: string;
}

function listPictures(world: BrowserWorld, ids: Shown): readonly Picture[] {
  return [
    { name: 'live', where: '/live', height: 800, ready: async (page) => streamAtOnce(world, page) },
    {
      name: 'request',
      where: `/requests/${ids.requestId}`,
      height: 800,
      ready: (page) => page.getByRole('article', { name: 'Answer' }).waitFor(),
    },
    {
      name: 'conversation',
      where: `/conversations/${ids.conversationId}?pane=tree`,
      height: 800,
      ready: async (page) => {
        await page.getByText('Look after the harbour.').first().waitFor();
        await page.getByRole('region', { name: /tree/i }).first().waitFor();
      },
    },
    {
      name: 'usage',
      where: '/usage',
      height: 840,
      ready: (page) => page.getByRole('region', { name: 'Table of weekdays and hours' }).waitFor(),
    },
    {
      name: 'limits',
      where: '/limits',
      height: 800,
      ready: (page) => page.getByRole('region', { name: 'Table of shares' }).waitFor(),
    },
    {
      name: 'key',
      where: `/keys/${ids.keyId}`,
      height: 760,
      ready: async (page) => {
        await page.getByRole('list', { name: 'Cost of the last seven days' }).waitFor();
        await page.getByRole('region', { name: 'Changes' }).waitFor();
      },
    },
  ];
}

async function draw(world: BrowserWorld, { name, where, height, ready }: Picture): Promise<void> {
  const { page, context, complaints } = await world.openPage(where, {
    theme: 'dark',
    width: 1280,
    height,
    timeZone: CLOCK,
  });
  await ready(page);
  // Nothing is under the pointer, and the last thing that glides has come to rest.
  await page.mouse.move(0, height - 1);
  await page.evaluate('document.fonts.ready');
  await page.screenshot({ path: path.join(images, `${name}.png`) });
  if (complaints.length > 0) throw new Error(`${name}: ${complaints.join('\n')}`);
  await context.close();
  console.log(`Drew ${name}.png.`);
}

const TEAM = [
  { name: 'laptop of ada', owner: 'ada', project: 'harbour', weight: 3, labels: ['home'] },
  { name: 'desk of grace', owner: 'grace', project: 'atlas', weight: 2, labels: [] },
  { name: 'ci', owner: 'build', project: 'harbour', weight: 1.5, labels: ['nightly'] },
  { name: 'phone of linus', owner: 'linus', project: 'atlas', weight: 0.5, labels: [] },
] as const;

/** A person of the team, with the key they have. */
interface Member extends DemoPerson {
  readonly secret: string;
}

async function makeKeys(at: BrowserWorld): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const { name, owner, project, weight, labels } of TEAM) {
    const made = await ask(at, '/api/keys', { name, owner, project, labels });
    members.push({ keyId: readText(made, 'keyId'), secret: readText(made, 'key'), userId: owner, project, weight });
  }
  return members;
}

async function setRules(at: BrowserWorld, [first]: readonly Member[]): Promise<void> {
  await ask(at, '/api/budgets', { subjectKind: 'key', subject: first?.keyId, period: 'day', ...toDollars(1) });
  await ask(at, '/api/budgets', { subjectKind: 'project', subject: 'harbour', period: 'week', ...toDollars(3) });
  await ask(at, '/api/budgets', { subjectKind: 'global', subject: '*', period: 'month', ...toDollars(100) });
  const limits = { requestsPerMinute: 600, inputTokensPerMinute: 400_000, outputTokensPerMinute: null, concurrent: 8 };
  await ask(at, '/api/traffic-limits', { subjectKind: 'project', subject: 'harbour', limits });
}

function toDollars(amount: number) {
  return { limitNanoDollars: amount * 1e9 };
}

/** Some dear calls of each, so that budgets have something to hold. */
async function spend({ fake, gateway }: BrowserWorld, members: readonly Member[]): Promise<void> {
  const usage = { input_tokens: 30_000, output_tokens: 1_000 };
  for (const { secret, userId, project, weight } of members) {
    for (let call = 0; call < Math.ceil(weight * 2); call += 1) {
      fake.script([{ content: 'Done.', usage }]);
      const defaultHeaders = { 'x-nexus-user': userId, 'x-nexus-project': project };
      const client = new Anthropic({ baseURL: gateway.proxyUrl, apiKey: secret, maxRetries: 5, defaultHeaders });
      const content = 'Go through the whole repository, and say what is not used any more.';
      await client.messages.create({ model: MODEL, max_tokens: 1_000, messages: [{ role: 'user', content }] });
    }
  }
}

async function writeWeek(at: BrowserWorld, people: readonly DemoPerson[]): Promise<void> {
  const [first, ...others] = people;
  if (first === undefined) throw new Error('a team has somebody');
  const { accounts } = toRecord(await at.gateway.ask('/api/accounts'));
  const accountId = readText(Array.isArray(accounts) ? accounts[0] : null, 'accountId');
  await writeDemoWeek(at.database, {
    nowMs: Date.now(),
    clockAheadMs: toAheadMs(CLOCK),
    accountId,
    people: [first, ...others],
  });
}

const CHECKOUT = 'The checkout test fails one time in twenty. Find out why, and fix it.';

/** Claude Code reads and mends a file; the id of the request in which it says what it found. */
async function mendTheCheckout({ fake, gateway }: BrowserWorld): Promise<string> {
  const file = 'checkout.test.ts';
  fake.reset();
  fake.script([
    (body) => ({
      content: [
        thinkingBlock('One time in twenty smells of a clock or of chance. The test will tell which.'),
        textBlock('I look at the test first.'),
        toolUseBlock('Read', { file_path: `${findFolder(body)}/${file}` }),
      ],
    }),
    (body) => ({
      content: [
        thinkingBlock('It takes the time twice: across a second the two differ.'),
        textBlock('It reads the clock twice. When a second ends in between, the totals differ. One reading mends it.'),
        toolUseBlock('Edit', {
          file_path: `${findFolder(body)}/${file}`,
          old_string: 'pay(order, Date.now(), Date.now())',
          new_string: 'const now = Date.now();\npay(order, now, now)',
        }),
      ],
    }),
    { content: 'Mended: the clock is read once now. I ran it two hundred times without a failure.' },
  ]);
  const files = { [file]: "test('an order is paid once', () => {\n  pay(order, Date.now(), Date.now());\n});\n" };
  const run = await runClaudeCode({
    baseUrl: gateway.proxyUrl,
    prompt: CHECKOUT,
    files,
    env: { ANTHROPIC_MODEL: MODEL },
    args: ['--permission-mode', 'acceptEdits'],
  });
  return until(`the request is recorded: ${run.output}`, async () => {
    const { requests } = toRecord(await gateway.ask('/api/requests?limit=50'));
    const found = Array.isArray(requests) ? requests.find((row) => JSON.stringify(row).includes('"Edit"')) : undefined;
    return found === undefined ? null : readText(found, 'requestId');
  });
}

async function findConversation({ gateway }: BrowserWorld, words: string): Promise<string> {
  return until('the conversation is linked', async () => {
    const { conversations } = toRecord(await gateway.ask(`/api/conversations?text=${words}&hasSubAgents=true`));
    return Array.isArray(conversations) && conversations.length > 0
      ? readText(conversations[0], 'conversationId')
      : null;
  });
}

const AT_ONCE = [
  { model: 'claude-sonnet-4-5', words: 'Does the orders query still use its index after the migration?', gapMs: 90 },
  { model: 'claude-opus-4-5', words: 'Why does the worker use 2 GB on large imports?', gapMs: 140 },
  { model: 'claude-haiku-4-5', words: 'Write the release notes from the commits since v2.3.', gapMs: 60 },
] as const;
const JUST_ENDED = ['stream-24-30', 'stream-60-20', '529', 'stream-12-40', 'stream-40-25'];

/** Some answers that end, and three that stream while the picture is taken. */
async function streamAtOnce({ fake, gateway }: BrowserWorld, page: Page): Promise<void> {
  const client = new Anthropic({ baseURL: gateway.proxyUrl, apiKey: 'sk-ant-demo', maxRetries: 0 });
  const left = new AbortController();
  page.once('close', () => left.abort());
  const say = ({ model, words }: (typeof AT_ONCE)[number]) =>
    client.messages
      .stream({ model, max_tokens: 2_000, messages: [{ role: 'user', content: words }] }, { signal: left.signal })
      .finalText()
      .catch(() => '');
  fake.script([...JUST_ENDED, ...AT_ONCE.map(({ gapMs }) => `stream-400-${gapMs}`)].map((behave) => ({ behave })));
  for (const place of JUST_ENDED.keys()) await say(AT_ONCE[place % AT_ONCE.length] ?? AT_ONCE[0]);
  void Promise.allSettled(AT_ONCE.map(say));
  const running = page.getByText(/^[3-9]\.\d s$/);
  await until('all three stream for a while', async () => ((await running.count()) > 2 ? true : null), 30_000);
}

/** How far the clock of a place is ahead of UTC. */
function toAheadMs(timeZone: string): number {
  const [now, parts] = [new Date(), { dateStyle: 'short', timeStyle: 'medium', timeZone: 'UTC' } as const];
  const read = (zone: string) =>
    Date.parse(`${new Intl.DateTimeFormat('en-US', { ...parts, timeZone: zone }).format(now)} UTC`);
  return read(timeZone) - read('UTC');
}

/** Hours between now and the afternoon of a place. */
function toDistance(timeZone: string): number {
  const hour = new Date(Date.now() + toAheadMs(timeZone)).getUTCHours();
  return Math.abs(hour - AFTERNOON_HOUR);
}

async function ask({ gateway }: BrowserWorld, where: string, body: unknown): Promise<unknown> {
  const answer = await fetch(gateway.dashboardUrl + where, {
    method: 'POST',
    headers: { 'x-dashboard-key': gateway.dashboardKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${where} gave ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function readText(value: unknown, name: string): string {
  const text = toRecord(value)[name];
  if (typeof text !== 'string') throw new Error(`there is no ${name} in ${JSON.stringify(value)}`);
  return text;
}

await drawPictures(process.argv.slice(2));
