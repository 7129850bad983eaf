import { afterAll, beforeAll, expect, test } from 'bun:test';
import { OPERATIONS } from '@nexus/contract';
import { until } from '@nexus/testkit';
import { createRecordedWorld, type RecordedWorld } from '../hold/recorded-world.ts';

let world: RecordedWorld;
beforeAll(async () => {
  world = await createRecordedWorld();
}, 120_000);
afterAll(() => world.close());

/** Counts in every shape that a broken upstream may give them; each answer must pass unchanged and be flagged. */
const TOLD: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  negative: { input_tokens: -120, output_tokens: 7 },
  fractional: { input_tokens: 12, output_tokens: 7.5 },
  text: { input_tokens: '12', output_tokens: 7 },
  'beyond-integers': { input_tokens: 2 ** 53, output_tokens: 7 },
  'beyond-models': { input_tokens: 12, output_tokens: 900_000_000 },
};

async function send(query: string, stream: boolean): Promise<string> {
  const answer = await fetch(`${world.gateway.proxyUrl}/v1/messages?${query}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-api-key': 'sk-ant-api03-fake',
      'anthropic-version': '2023-06-01',
    },
    body: JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 64,
      stream,
      messages: [{ role: 'user', content: `Count, ${query}.` }],
    }),
  });
  return answer.text();
}

test('counts that cannot be true pass unchanged, are flagged with what was told, and never become nothing in silence', async () => {
  for (const [name, usage] of Object.entries(TOLD)) {
    for (const stream of [false, true]) {
      world.fake.script([{ content: 'Counted.', usage }]);
      const text = await send(`${name}-${stream}`, stream);
      for (const value of Object.values(usage)) expect(text).toContain(JSON.stringify(value));
    }
  }
  world.fake.script([{ content: 'Counted.', usage: { input_tokens: 10, output_tokens: 7 } }]);
  await send('true-counts', false);
  const rows = await world.recordedByQuery((found) => found.size === 11);
  const flaggedOf = (query: string) => rows.get(`?${query}`)?.usage?.suspicious;
  for (const stream of [false, true]) {
    expect(flaggedOf(`negative-${stream}`)).toEqual([{ field: 'input_tokens', value: '-120' }]);
    expect(flaggedOf(`fractional-${stream}`)).toEqual([{ field: 'output_tokens', value: '7.5' }]);
    expect(flaggedOf(`text-${stream}`)).toEqual([{ field: 'input_tokens', value: '"12"' }]);
    expect(flaggedOf(`beyond-integers-${stream}`)).toEqual([{ field: 'input_tokens', value: '9007199254740992' }]);
    expect(flaggedOf(`beyond-models-${stream}`)).toEqual([{ field: 'output_tokens', value: '900000000' }]);
  }
  for (const [query, row] of rows) {
    const isTrue = query === '?true-counts';
    expect([query, row.cost?.pricing, row.cost?.nanoDollars === null]).toEqual([
      query,
      isTrue ? 'exact' : 'unpriced',
      !isTrue,
    ]);
  }
  const Report = OPERATIONS['usage.report'].output;
  const total = await until('all are in the sums', async () => {
    const found = Report.parse(await world.gateway.ask('/api/usage?step=all')).total;
    return found.requestCount === 11 ? found : null;
  });
  expect(total).toMatchObject({ suspiciousCount: 10, unpricedCount: 10 });
  const listed = OPERATIONS['request.list'].output.parse(await world.gateway.ask('/api/requests?doubt=suspicious'));
  expect(listed.requests.map(({ query }) => query)).not.toContain('?true-counts');
  expect(listed.requests.length).toBe(10);
  expect(await world.metric('nexus_suspicious_requests_total')).toBe(10);
});
