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
