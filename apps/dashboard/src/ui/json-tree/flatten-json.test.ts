import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { CHILDREN_MAX, findValue, flattenJson } from './flatten-json.ts';

describe('a JSON tree', () => {
  test('a closed tree is one line, whatever its size', () => {
    expect(flattenJson({ messages: Array.from({ length: 100_000 }) }, new Set())).toHaveLength(1);
  });

  test('opening shows members in their order', () => {
    const lines = flattenJson({ b: [1, 'x'], a: null }, new Set(['', '/b']));
    expect(lines.map(({ name, summary, depth }) => [depth, name, summary])).toEqual([
      [0, '', 'b, a'],
      [1, 'b', '2 items'],
      [2, '0', '1'],
      [2, '1', '"x"'],
      [1, 'a', 'null'],
    ]);
  });

  test('a long array opens in ranges, and each range shows its own items', () => {
    const root = Array.from({ length: CHILDREN_MAX * 2 + 1 }, (_, index) => index);
    const closed = flattenJson(root, new Set(['']));
    expect(closed.map((line) => line.name)).toEqual(['', '0 … 199', '200 … 399', '400 … 400']);
    const opened = flattenJson(root, new Set(['', '/~[200']));
    expect(opened[3]).toMatchObject({ name: '200', summary: '200', depth: 2 });
    expect(findValue(root, opened[3]?.path ?? '')).toBe(200);
  });

  test('every line leads back to its value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (root) => {
        const open = new Set<string>();
        for (let round = 0; round < 4; round += 1) for (const line of flattenJson(root, open)) open.add(line.path);
        for (const line of flattenJson(root, open)) {
          if (line.kind === 'number') expect(String(findValue(root, line.path))).toBe(line.summary);
          if (line.kind === 'null') expect(findValue(root, line.path)).toBeNull();
        }
      }),
    );
  });
});
