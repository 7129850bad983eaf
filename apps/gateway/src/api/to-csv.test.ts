import { expect, test } from 'bun:test';
import { toCsv } from './to-csv.ts';

const shape = (
  columns: readonly string[],
  { from = 'rows', nameColumn }: { from?: string; nameColumn?: string } = {},
) => ({
  from,
  nameColumn,
  columns,
});

test('a list becomes rows, what lies deeper is found by its path, and quotes are doubled', () => {
  const answer = {
    rows: [
      { at: 'a, "b"', sums: { cost: 1 } },
      { at: null, sums: { cost: -2, more: [1] } },
      { at: 'c', sums: null },
    ],
  };
  expect(toCsv(answer, shape(['at', 'sums.cost', 'sums.more']))).toBe(
    'at,sums.cost,sums.more\r\n"a, ""b""",1,\r\n,-2,[1]\r\nc,,\r\n',
  );
});

test('a record of names has the name in its own column, whatever the names are', () => {
  const named = shape(['model', 'n'], { from: 'by', nameColumn: 'model' });
  expect(toCsv({ by: { 'x.y': { n: 1 }, constructor: { n: 2 } } }, named)).toBe(
    'model,n\r\nx.y,1\r\nconstructor,2\r\n',
  );
  const listed = shape(['domain', 'hour', 'count'], { from: 'data', nameColumn: 'domain' });
  expect(toCsv({ data: { d: [{ hour: 'h', count: 1 }] } }, listed)).toBe('domain,hour,count\r\nd,h,1\r\n');
});

test('an answer without a list is one row, in which a record is one cell', () => {
  expect(toCsv({ total: 3, by: { x: 1 } }, shape(['total', 'by'], { from: '' }))).toBe('total,by\r\n3,"{""x"":1}"\r\n');
});

test('a table without rows has its header', () => {
  expect(toCsv({ rows: [] }, shape(['at', 'count']))).toBe('at,count\r\n');
  expect(toCsv({ by: {} }, shape(['model', 'n'], { from: 'by', nameColumn: 'model' }))).toBe('model,n\r\n');
});

test('no cell can be a formula', () => {
  expect(toCsv({ rows: [{ model: '=HYPERLINK("x")' }, { model: '@a' }] }, shape(['model']))).toBe(
    'model\r\n"\'=HYPERLINK(""x"")"\r\n\'@a\r\n',
  );
});
