import { afterAll, beforeAll, expect, test } from 'bun:test';
import Anthropic1 from '@anthropic-ai/sdk';
import Anthropic0 from 'anthropic-sdk-0';
import { until } from '@nexus/testkit';
import { createWorld, type World } from '../src/world.ts';

const boundMs = 60_000;
let world: World;
beforeAll(async () => {
  world = await createWorld();
}, boundMs);
afterAll(() => world.close());

/** Results are named by Claude's own address; this asks the gateway for them instead. */
const fetchAtGateway: typeof fetch = Object.assign(
  (input: Parameters<typeof fetch>[0], init?: Parameters<typeof fetch>[1]) =>
    fetch(String(input instanceof Request ? input.url : input).replace(world.fake.url, world.baseUrl), init),
  { preconnect: fetch.preconnect },
);

const MODELS = ['claude-opus-5-5', 'claude-haiku-4-5', 'fake-529'];

async function loadTotals(): Promise<Readonly<Record<string, unknown>>> {
  const report: unknown = await world.gateway?.ask('/api/usage?step=all&kind=batch');
  return typeof report === 'object' && report !== null && 'total' in report ? Object(report.total) : {};
}

test(
  'results that both generations of the SDK fetch are counted once, as what the SDK read of them says',
  async () => {
    const options = { baseURL: world.baseUrl, apiKey: 'sk-ant-test-of-the-caller', fetch: fetchAtGateway };
    const client = new Anthropic1(options);
    const messages = [{ role: 'user' as const, content: 'Sum this up.' }];
    const requests = Array.from({ length: 60 }, (_, at) => ({
      custom_id: `${at}`,
      params: { model: MODELS[at % 3] ?? '', max_tokens: 10, messages },
    }));
    const batch = await client.messages.batches.create({ requests });
    const told = { input: 0, output: 0, succeeded: 0 };
    for await (const { result } of await client.messages.batches.results(batch.id)) {
      if (result.type !== 'succeeded') continue;
      told.input += result.message.usage.input_tokens;
      told.output += result.message.usage.output_tokens;
      told.succeeded += 1;
      expect(result.message.usage.service_tier).toBe('batch');
    }
    expect(told.succeeded).toBe(40);
    let again = 0;
    for await (const _line of await new Anthropic0(options).messages.batches.results(batch.id)) again += 1;
    expect(again).toBe(60);
    if (world.gateway === null) return;
    // Forty messages, and the two exchanges that fetched them.
    const total = await until('both are counted', async () => {
      const found = await loadTotals();
      return found['requestCount'] === 42 ? found : null;
    });
    expect(total).toMatchObject({ inputTokens: told.input, outputTokens: told.output, unpricedCount: 0 });
    expect(Number(total['costNano'])).toBeGreaterThan(0);
  },
  boundMs,
);
