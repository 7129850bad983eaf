import { expect, test } from 'bun:test';
import { createFailureReader } from './failure-reader.ts';

const OUTPUT = `bun test v1.4.5 (a7733435c) 2x PARALLEL

apps/a.test.ts:
(pass) one [0.03ms]
  3 | expect(1).toBe(2);
error: expect(received).toBe(expected)
      at <anonymous> (/repo/apps/a.test.ts:3:63)
\u001b[31m(fail)\u001b[0m outer > two [of three] [1.63ms]
(skip) three

packages/b.test.tsx:
error: hook
(fail) (unnamed) [12.99s]

2 tests failed:
(fail) outer > two [of three] [1.63ms]
(fail) (unnamed) [12.99s]

 1 pass
 2 fail
`;

test('what failed is told with its file, its name and its error, however the output is cut', () => {
  for (const size of [1, 7, OUTPUT.length]) {
    const reader = createFailureReader();
    for (let at = 0; at < OUTPUT.length; at += size) reader.read(OUTPUT.slice(at, at + size));
    expect(reader.failures()).toEqual([
      {
        file: 'apps/a.test.ts',
        name: 'outer > two [of three]',
        text: '3 | expect(1).toBe(2);\nerror: expect(received).toBe(expected)\n      at <anonymous> (/repo/apps/a.test.ts:3:63)',
      },
      { file: 'packages/b.test.tsx', name: '(unnamed)', text: 'error: hook' },
    ]);
  }
});

test('a run in which nothing failed has no failures', () => {
  const reader = createFailureReader();
  reader.read('a.test.ts:\n(pass) one [0.03ms]\n\n 1 pass\n 0 fail\n');
  expect(reader.failures()).toEqual([]);
});
