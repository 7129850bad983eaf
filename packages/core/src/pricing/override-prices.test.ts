import { describe, expect, test } from 'bun:test';
import { CLAUDE_PRICES, findPrice, overridePrices } from '../index.ts';

const NOW_MS = Date.UTC(2026, 10, 20);

function override(file: unknown) {
  const overridden = overridePrices(CLAUDE_PRICES, file);
  if (!overridden.ok) throw new Error(overridden.problems.join('; '));
  return overridden.table;
}

describe('prices of an operator', () => {
  test('stand in front of the published ones, and the version tells of both', () => {
    const table = override({ version: 'contract-7', models: { 'claude-opus-5-5': { input: 3, output: 15 } } });
    expect(table.version).toBe(`${CLAUDE_PRICES.version}+contract-7`);
    expect(findPrice(table, 'claude-opus-5-5-20261001', NOW_MS)).toMatchObject({
      kind: 'exact',
      row: { rates: { input: 3000, output: 15_000, cacheWrite5m: 3750, cacheWrite1h: 6000, cacheRead: 300 } },
    });
    expect(findPrice(table, 'claude-sonnet-5', NOW_MS)).toEqual(findPrice(CLAUDE_PRICES, 'claude-sonnet-5', NOW_MS));
  });

  test('count from their day on', () => {
    const table = override({
      version: 'v',
      models: { 'claude-sonnet-5': { from: '2026-11-01', input: 1, output: 5, cacheRead: 0 } },
    });
    const find = (atMs: number) => findPrice(table, 'claude-sonnet-5', atMs);
    expect(find(Date.UTC(2026, 9, 31))).toMatchObject({ row: { rates: { input: 2000 } } });
    expect(find(NOW_MS)).toMatchObject({ row: { rates: { input: 1000, cacheRead: 0 } } });
  });

  test('may be of models and tools that nobody published', () => {
    const table = override({
      version: 'v',
      models: { 'my-own-model': { input: 0.5, output: 1, longPrompt: { promptTokens: 1000, input: 1, output: 2 } } },
      serverTools: { web_search_requests: 0.02 },
    });
    expect(findPrice(table, 'my-own-model', NOW_MS)).toMatchObject({
      kind: 'exact',
      row: { longPrompt: { promptTokens: 1000, rates: { input: 1000 } } },
    });
    expect(table.serverTools['web_search_requests']).toBe(20_000_000);
  });

  test.each([
    ['claude-opus-4-5-20251101', 'claude-opus-4-5'],
    ['claude-opus-4-5', 'us.anthropic.claude-opus-4-5-20251101-v1:0'],
    ['anthropic/claude-sonnet-4.5', 'claude-sonnet-4-5-20250929'],
    ['claude-3-5-sonnet-v2@20241022', 'claude-3-5-sonnet-20240620'],
    ['my-model-0', 'my-model-0'],
    ['House-Model-v2', 'house-model-v2'],
    [' my-model.5-20260101 ', 'my-model.5-20260101'],
  ])('under the name %p count for requests of %p', (named, asked) => {
    const table = override({ version: 'v', models: { [named]: { input: 7, output: 9 } } });
    expect(findPrice(table, asked, NOW_MS)).toMatchObject({ kind: 'exact', row: { rates: { input: 7000 } } });
  });

  test('of other models than Claude count for their very names alone', () => {
    const table = override({
      version: 'v',
      models: { 'house-v1': { input: 1, output: 1 }, 'house-v2': { input: 2, output: 2 } },
    });
    const inputOf = (model: string) => findPrice(table, model, NOW_MS);
    expect(inputOf('house-v1')).toMatchObject({ row: { rates: { input: 1000 } } });
    expect(inputOf('house-v2')).toMatchObject({ row: { rates: { input: 2000 } } });
    expect(inputOf('house')).toEqual({ kind: 'unknown' });
  });

  test('for one model under two names are refused, and both are named', () => {
    const one = { input: 1, output: 1 };
    const models = { 'claude-sonnet-4.5': one, 'claude-opus-5': one, 'claude-sonnet-4-5-20250929': one };
    expect(overridePrices(CLAUDE_PRICES, { version: 'v', models })).toEqual({
      ok: false,
      problems: ['models.claude-sonnet-4-5-20250929: is the same model as claude-sonnet-4.5; one price must be enough'],
    });
  });

  test('for more models than are looked at are refused, not forgotten', () => {
    const models = Object.fromEntries(Array.from({ length: 501 }, (_, at) => [`m${at}`, { input: 1, output: 1 }]));
    expect(overridePrices(CLAUDE_PRICES, { version: 'v', models })).toMatchObject({
      problems: ['models: must be 500 at most, and are 501'],
    });
  });

  test('that are wrong are refused, each with its place', () => {
    const overridden = overridePrices(CLAUDE_PRICES, {
      models: { a: { input: -1, output: '5', cachRead: 1 }, b: { input: 1, output: 1, from: 'soon' } },
      colour: 'blue',
    });
    expect(overridden.ok ? [] : overridden.problems.map((problem) => problem.split(':')[0])).toEqual([
      'colour',
      'version',
      'models.a.cachRead',
      'models.a.input',
      'models.a.output',
      'models.b.from',
    ]);
    expect(overridePrices(CLAUDE_PRICES, [])).toMatchObject({ ok: false });
  });
});
