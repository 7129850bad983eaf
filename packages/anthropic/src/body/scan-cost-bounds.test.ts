import { expect, test } from 'bun:test';
import { scanCostBounds } from './scan-cost-bounds.ts';

function scan(body: unknown) {
  return scanCostBounds(new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body)));
}

test('the most that a body can cost is told from its length, its max_tokens and its speed', () => {
  const body = { model: 'm', messages: [{ max_tokens: 9 }], max_tokens: 32_000, speed: 'fast' };
  expect(scan(body)).toEqual({ outputTokensMax: 32_000, fast: true, inputTokensMax: JSON.stringify(body).length });
});

test('of two max_tokens the last wins, as at Claude', () => {
  expect(scan('{"max_tokens":1,"max_tokens":900}').outputTokensMax).toBe(900);
});

test('what is no count is no bound', () => {
  for (const tokens of ['"8"', 'null', '-1', '1e400', '[]']) {
    expect(scan(`{"max_tokens":${tokens}}`).outputTokensMax).toBeNull();
  }
  expect(scan({ messages: [] })).toMatchObject({ outputTokensMax: null, fast: false });
});

test('a body that names what it does not hold has no bound of its input', () => {
  expect(scan({ messages: [{ source: { type: 'file', file_id: 'f' } }] }).inputTokensMax).toBeNull();
  expect(scan({ messages: [{ source: { type: 'url', url: 'https://example.com' } }] }).inputTokensMax).toBeNull();
});
