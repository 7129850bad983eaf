import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type GatewayProcess, until } from '@nexus/testkit';
import { createWorld, type World } from '../src/world.ts';
import { runClaudeCode } from './run-claude-code.ts';

/* A budget is announced in the headers of Claude's own windows. What the real Claude Code makes of them. */

const boundMs = 90_000;
const MODEL = 'claude-opus-4-5';
const BUDGET_DOLLARS = 100;
/** What a million tokens of output cost with this model. */
const OUTPUT_DOLLARS = 25;
let world: World;
let key: string;

beforeAll(async () => {
  world = await createWorld({ ENABLE_CLIENT_AUTH: 'true', ANTHROPIC_API_KEY: 'sk-ant-api03-of-the-gateway' });
  const { gateway } = world;
  if (gateway === null) return;
  const all = { subjectKind: 'global', subject: '*', period: 'day' };
  await post(gateway, '/api/budgets', { ...all, limitNanoDollars: BUDGET_DOLLARS * 1_000_000_000 });
  key = /"(nx_[^"]+)"/.exec(await post(gateway, '/api/keys', { name: 'laptop' }))?.[1] ?? '';
  await until('key and budget are known', async () => (await ask()) !== null || null);
}, boundMs);

afterAll(async () => {
  await world.close();
});

async function post({ dashboardUrl, dashboardKey }: GatewayProcess, path: string, body: unknown): Promise<string> {
  const answer = await fetch(dashboardUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-dashboard-key': dashboardKey },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  expect([answer.status, text]).toEqual([200, expect.any(String)]);
  return text;
}

/** Spends so many dollars of the budget, and waits until they are told to its holder. */
async function spend(dollars: number, used: number): Promise<void> {
  const usage = { input_tokens: 0, output_tokens: Math.round((dollars / OUTPUT_DOLLARS) * 1_000_000) };
  world.fake.script([{ content: 'That was expensive.', usage }]);
  await ask();
  await until('what it cost is told', async () => ((await ask()) ?? 0) >= used || null);
}

/** Asks for something cheap; gives what is used of the budget, as the headers of the answer tell it, or null. */
async function ask(): Promise<number | null> {
  const answer = await fetch(`${world.baseUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model: MODEL, max_tokens: 9, messages: [{ role: 'user', content: 'Hello.' }] }),
  });
  await answer.arrayBuffer();
  const used = answer.headers.get('anthropic-ratelimit-unified-5h-utilization');
  return used === null ? null : Number(used);
}

/** What Claude Code tells of limits while it answers one prompt. */
async function listWarnings(env: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const run = await runClaudeCode({
    baseUrl: world.baseUrl,
    prompt: 'Hello?',
    args: ['--output-format', 'stream-json', '--verbose'],
    env: { ANTHROPIC_API_KEY: '', ANTHROPIC_AUTH_TOKEN: key, ANTHROPIC_MODEL: MODEL, ...env },
  });
  expect([run.isError, run.output]).toEqual([false, expect.any(String)]);
  const events = run.output.split('\n').filter((line) => line.includes('"rate_limit_event"'));
  return events.map((line): unknown => JSON.parse(line));
}

const GATEWAY = { CLAUDE_CODE_USE_GATEWAY: '1' };

test.skipIf(process.env['NEXUS_E2E_DIRECT'] === '1')(
  'Claude Code that knows of its gateway warns of a budget at 75 % and at 95 %; one that does not never looks',
  async () => {
    expect(await listWarnings(GATEWAY)).not.toContainEqual(toWarning(expect.any(Number)));
    await spend(80, 0.8);
    expect(await listWarnings(GATEWAY)).toContainEqual(toWarning(0.75));
    expect(await listWarnings({})).toEqual([]);
    await spend(16, 0.95);
    expect(await listWarnings(GATEWAY)).toContainEqual(toWarning(0.95));
  },
  boundMs,
);

function toWarning(surpassedThreshold: number): unknown {
  return expect.objectContaining({
    rate_limit_info: expect.objectContaining({ status: 'allowed_warning', surpassedThreshold }),
  });
}
