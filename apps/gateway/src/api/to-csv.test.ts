import { expect, test } from 'bun:test';
import { toCsv } from './to-csv.ts';

test('a list becomes rows, what lies deeper is named by its path, and quotes are doubled', () => {
  const answer = {
    rows: [
      { at: 'a, "b"', sums: { cost: 1 } },
      { at: null, sums: { cost: -2, more: [1] } },
    ],
  };
  expect(toCsv(answer, 'rows')).toBe('at,sums.cost,sums.more\r\n"a, ""b""",1,\r\n,-2,[1]\r\n');
});

test('a record of names has the name as its first column', () => {
  expect(toCsv({ by: { x: { n: 1 }, y: { n: 2 } } }, 'by')).toBe('name,n\r\nx,1\r\ny,2\r\n');
  expect(toCsv({ data: { d: [{ hour: 'h', count: 1 }] } }, 'data')).toBe('name,hour,count\r\nd,h,1\r\n');
});

test('an answer without rows is one row, and an empty list no row at all', () => {
  expect(toCsv({ total: 3, text: 'x' }, '')).toBe('total,text\r\n3,x\r\n');
  expect(toCsv({ rows: [] }, 'rows')).toBe('\r\n');
});

test('no cell can be a formula', () => {
  expect(toCsv({ rows: [{ model: '=HYPERLINK("x")' }, { model: '@a' }] }, 'rows')).toBe(
    'model\r\n"\'=HYPERLINK(""x"")"\r\n\'@a\r\n',
  );
});
