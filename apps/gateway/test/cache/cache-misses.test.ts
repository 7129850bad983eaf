import { afterAll, beforeAll, expect, test } from 'bun:test';
import { OPERATIONS } from '@nexus/contract';
import { createPromptCache, until } from '@nexus/testkit';
import { findValue, readPage } from '../metrics/read-page.ts';
import { createRecordedWorld, type RecordedWorld } from '../hold/recorded-world.ts';

/**
 * A fake Claude whose prompt cache is a real one, in front of it the whole gateway: what the cache decided must be what
 * the gateway says about it.
 */
let world: RecordedWorld;
const truths: { readonly read: number; readonly prompt: number }[] = [];

beforeAll(async () => {
  world = await createRecordedWorld();
  const cache = createPromptCache({ minimumTokens: 512 });
  world.fake.script([
    {
      when: () => true,
      stays: true,
      answer: ({ json }) => {
        const atMs = Date.now();
        const usage = cache.ask(json, { account: 'one', atMs, answeredAtMs: atMs });
        const { input_tokens: input, cache_read_input_tokens: read, cache_creation_input_tokens: written } = usage;
        truths.push({ read, prompt: input + read + written });
        return { content: `Answer ${truths.length}.`, usage };
      },
    },
  ]);
}, 120_000);
afterAll(() => world.close());

const LONG = 'Weigh every word of this before you answer. '.repeat(90);

interface Turn {
  readonly tools?: readonly string[];
  readonly system?: string;
  readonly texts: readonly string[];
  readonly model?: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

async function send({ tools = ['Bash', 'Read'], system = LONG, texts, model = 'claude-opus-5-5', more = {} }: Turn) {
  const marker = { cache_control: { type: 'ephemeral' } };
  const body = {
    model,
    max_tokens: 64,
    tools: tools.map((name) => ({ name, input_schema: { type: 'object' }, description: LONG })),
    system: [{ type: 'text', text: system, ...marker }],
    messages: texts.map((text, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text, ...(at === texts.length - 1 ? marker : {}) }],
    })),
    ...more,
  };
  const answer = await fetch(`${world.gateway.proxyUrl}/v1/messages?turn=${truths.length}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': 'sk-ant-api03-fake',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  await answer.text();
}

const Cache = OPERATIONS['usage.cache'].output;
const Detail = OPERATIONS['request.get'].output;
const Tree = OPERATIONS['conversation.tree'].output;

test('every miss of a conversation is put down to what was changed before it, and costs what it cost', async () => {
  const said = ['We begin.'];
  const goOn = (): readonly string[] => {
    if (truths.length > 0) said.push(`Answer ${truths.length}.`, `Go on, ${truths.length}.`);
    return [...said];
  };
  await send({ texts: goOn() });
  await send({ texts: goOn() });
  await send({ texts: goOn(), tools: ['Bash', 'Edit', 'Read'] });
  await send({ texts: goOn(), tools: ['Bash', 'Edit', 'Read'] });
  const now = { tools: ['Bash', 'Edit', 'Read'], system: `${LONG}Be kind.` };
  await send({ texts: goOn(), ...now });
  await send({ texts: goOn(), ...now, more: { thinking: { type: 'adaptive' } } });
  await send({ texts: goOn(), ...now, more: { thinking: { type: 'adaptive' } }, model: 'claude-sonnet-5-5' });
  const sent = truths.length;

  const report = await until('all turns are told of', async () => {
    const found = Cache.parse(await world.gateway.ask('/api/usage/cache?step=all&by=model&misses=20'));
    return found.total.turnCount === sent ? found : null;
  });
  const rows = (await world.rows()).toSorted((a, b) => (a.query < b.query ? -1 : 1));
  const details = [];
  for (const row of rows) details.push(Detail.parse(await world.gateway.ask(`/api/requests/${row.requestId}`)).cache);
  expect(details.map((cache) => cache?.verdict)).toEqual([
    { kind: 'first-turn' },
    { kind: 'warm' },
    { kind: 'tools-changed', change: 'added', tool: 'Edit' },
    { kind: 'warm' },
    { kind: 'system-changed', block: 0 },
    { kind: 'settings-changed', setting: 'thinking' },
    { kind: 'model-changed', from: 'claude-opus-5-5', to: 'claude-sonnet-5-5' },
  ]);
  for (const [at, cache] of details.entries()) {
    const before = truths[at - 1]?.prompt ?? 0;
    const { read = 0, prompt = 0 } = truths[at] ?? {};
    expect(cache?.lostTokens).toBe(Math.max(0, Math.min(before, prompt) - read));
  }
  const lost = details.reduce((sum, cache) => sum + (cache?.lostNano ?? 0), 0);
  expect(lost).toBeGreaterThan(0);
  expect(report.total).toMatchObject({ missCount: 4, lostNano: lost, unpricedCount: 0 });
  expect(report.misses.map(({ lostNano }) => lostNano)).toEqual(
    report.misses.map(({ lostNano }) => lostNano).toSorted((a, b) => (b ?? 0) - (a ?? 0)),
  );
  expect(report.groups.map(({ group, missCount }) => [group, missCount])).toEqual([
    ['claude-opus-5-5', 3],
    ['claude-sonnet-5-5', 1],
  ]);
  const conversationId = rows[0]?.conversationId ?? '';
  const tree = Tree.parse(await world.gateway.ask(`/api/conversations/${conversationId}/tree`));
  expect(tree.nodes.map(({ cache }) => cache?.verdict.kind)).toEqual(details.map((cache) => cache?.verdict.kind));
});

test('losses are metrics, too: turns by verdict, and what they cost in tokens and dollars by model', async () => {
  const headers = { 'x-dashboard-key': world.gateway.dashboardKey };
  const page = readPage(await (await fetch(`${world.gateway.dashboardUrl}/metrics`, { headers })).text());
  const { total } = Cache.parse(await world.gateway.ask('/api/usage/cache?step=all'));
  const sum = (name: string) => page.get(name)?.samples.reduce((before, { value }) => before + value, 0) ?? 0;
  expect(sum('nexus_cache_turns_total')).toBe(total.turnCount);
  expect(sum('nexus_cache_lost_tokens_total')).toBe(total.lostTokens);
  expect(sum('nexus_cache_lost_usd_total')).toBeCloseTo(total.lostNano / 1e9, 9);
  expect(findValue(page, 'nexus_cache_turns_total', { verdict: 'warm' })).toBe(2);
  const dearest = { model: 'claude-opus-5-5', verdict: 'tools-changed' };
  expect(findValue(page, 'nexus_cache_lost_usd_total', dearest)).toBeGreaterThan(0);
});

test('losses are a table, too', async () => {
  const csv = await fetch(`${world.gateway.dashboardUrl}/api/usage/cache?step=all&format=csv`, {
    headers: { 'x-dashboard-key': world.gateway.dashboardKey },
  });
  const lines = (await csv.text()).trim().split('\r\n');
  expect(lines[0]).toBe('at,verdict,turnCount,lostTokens,lostNano,unpricedCount');
  expect(new Set(lines.slice(1).map((line) => line.split(',')[1]))).toEqual(
    new Set(['first-turn', 'model-changed', 'settings-changed', 'system-changed', 'tools-changed', 'warm']),
  );
});
