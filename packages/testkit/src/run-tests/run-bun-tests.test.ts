import { expect, test } from 'bun:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBunTests, toCounts, toSummary } from './run-bun-tests.ts';

const summary = (passed: number, failed: number) =>
  ` ${passed} pass\n ${failed} fail\n 9 expect() calls\nRan some tests.`;

test('counts are read from the summary, with or without colour', () => {
  expect(toCounts(summary(63, 0), 0)).toEqual({ passed: 63, failed: 0 });
  expect(toCounts('\u001b[32m 63 pass\u001b[0m\n\u001b[2m 0 fail\u001b[0m\n', 0)).toEqual({ passed: 63, failed: 0 });
});

test('a summary that a test printed itself does not count', () => {
  expect(toCounts(`${summary(1, 1)}\n${summary(5, 0)}`, 0)).toEqual({ passed: 5, failed: 0 });
});

test('errors between tests are failures', () => {
  expect(toCounts(' 3 pass\n 1 fail\n 2 errors\n', 1)).toEqual({ passed: 3, failed: 3 });
});

test('a run that ended badly, or ran nothing, failed whatever it says', () => {
  expect(toCounts(summary(3, 0), 139)).toEqual({ passed: 3, failed: 1 });
  expect(toCounts('', 0)).toEqual({ passed: 0, failed: 1 });
  expect(toCounts('The following filters did not match any test files', 1)).toEqual({ passed: 0, failed: 1 });
});

test('every run ends with the same line, and before it what failed, each with its error', () => {
  const failure = { file: 'a.test.ts', name: 'one', text: 'error: no\n  at a.test.ts:1' };
  expect(toSummary({ passed: 12, failed: 0, failures: [], unsteady: [] })).toBe('12 passed, 0 failed');
  expect(toSummary({ passed: 12, failed: 3, failures: [failure], unsteady: [] })).toBe(
    '=== What failed\na.test.ts: one\n  error: no\n    at a.test.ts:1\n\n12 passed, 3 failed',
  );
  expect(toSummary({ passed: 12, failed: 0, failures: [], unsteady: [failure] })).toStartWith(
    '=== What failed at first and passed alone\na.test.ts: one\n',
  );
});

test('what fails once and passes alone is told and counts as passed; what fails again has failed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'run-bun-tests-'));
  await writeFile(join(folder, 'steady.test.ts'), toTestFile('steady', 'true'));
  // Its mark stands in the folder of the run once it failed.
  const isSecond = "existsSync('mark') || (writeFileSync('mark', ''), false)";
  await writeFile(join(folder, 'unsteady.test.ts'), toTestFile('unsteady', isSecond));
  const silent = { write: () => true };
  const options = { args: [], cwd: folder, timeoutMs: 30_000, output: { stdout: silent, stderr: silent } };
  const report = await runBunTests(options);
  await writeFile(join(folder, 'broken.test.ts'), toTestFile('broken', 'false'));
  const broken = await runBunTests(options);
  await rm(folder, { recursive: true });

  expect(report).toMatchObject({ passed: 2, failed: 0, failures: [] });
  expect(report.unsteady).toMatchObject([{ file: 'unsteady.test.ts', name: 'unsteady' }]);
  expect(broken).toMatchObject({ passed: 2, failed: 1, unsteady: [] });
  expect(broken.failures).toMatchObject([{ file: 'broken.test.ts', name: 'broken' }]);
  expect(broken.failures[0]?.text).toContain('expect(received).toBe(expected)');
});

function toTestFile(name: string, isPassing: string): string {
  return `import { expect, test } from 'bun:test';
import { existsSync, writeFileSync } from 'node:fs';
test('${name}', () => expect(${isPassing}).toBe(true));
`;
}
