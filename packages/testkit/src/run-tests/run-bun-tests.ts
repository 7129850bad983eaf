import { createFailureReader, type TestFailure } from './failure-reader.ts';

/** What one `bun test` came to. */
export interface TestCounts {
  readonly passed: number;
  /** Failed tests, errors between tests, and 1 where the run broke or found nothing to run. */
  readonly failed: number;
}

/** A run with a second look at what failed in it. */
export interface TestReport extends TestCounts {
  /** Failed both times, or could not be looked at alone. */
  readonly failures: readonly TestFailure[];
  /** Failed among the others and passed alone; they count as passed, and are told. */
  readonly unsteady: readonly TestFailure[];
}

interface RunOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly timeoutMs: number;
  /** Where the output goes as it comes; the process's own if not said. */
  readonly output?: { readonly stdout: TextSink; readonly stderr: TextSink };
}

interface TextSink {
  readonly write: (bytes: Uint8Array | string) => unknown;
}

/** A hung test must fail and not hang the run. Bun's 5 s are too few on two busy cores; bunfig.toml's `timeout` is not read. */
const testTimeoutMs = 20_000;

/** The summary stands in the last lines; nothing before them is kept. */
const tailCharactersMax = 8192;

/** More than a busy machine breaks: then it is the change, and no second look is needed. */
const filesLookedAtAgainMax = 3;

/**
 * Runs `bun test` with `args` in `cwd`, shows its output as it comes, and counts. A run that outlives `timeoutMs` is
 * ended and counts as failed. The files of a few failures are run once more, one after the other and alone: what
 * thousands of tests beside it broke on a small machine is told apart from what is broken.
 */
export async function runBunTests(options: RunOptions): Promise<TestReport> {
  const { counts, failures } = await runOnce(options);
  const files = new Set(failures.map(({ file }) => file));
  // Errors between tests and runs that broke belong to no test that could be looked at.
  if (failures.length !== counts.failed || files.size > filesLookedAtAgainMax) {
    return { ...counts, failures, unsteady: [] };
  }
  const unsteady: TestFailure[] = [];
  for (const file of files) {
    toOutput(options).stderr.write(`\nOnce more, alone: ${file}\n`);
    const again = await runOnce({ ...options, args: [`./${file}`] });
    if (again.counts.failed === 0) unsteady.push(...failures.filter((failure) => failure.file === file));
  }
  return {
    passed: counts.passed + unsteady.length,
    failed: counts.failed - unsteady.length,
    failures: failures.filter((failure) => !unsteady.includes(failure)),
    unsteady,
  };
}

async function runOnce(options: RunOptions): Promise<{ counts: TestCounts; failures: readonly TestFailure[] }> {
  const runner = Bun.spawn([process.execPath, 'test', `--timeout=${testTimeoutMs}`, ...options.args], {
    cwd: options.cwd,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const timer = setTimeout(() => {
    console.error(`The tests took longer than ${options.timeoutMs / 60_000} minutes and were stopped.`);
    runner.kill('SIGKILL');
  }, options.timeoutMs);
  const { stdout, stderr } = toOutput(options);
  const reader = createFailureReader();
  let tail = '';
  const [, , exitCode] = await Promise.all([
    pass(runner.stdout, stdout),
    // Bun tells of tests here; what they print themselves goes the other way.
    pass(runner.stderr, stderr, (text) => {
      reader.read(text);
      tail = (tail + text).slice(-tailCharactersMax);
    }),
    runner.exited,
  ]);
  clearTimeout(timer);
  return { counts: toCounts(tail, exitCode), failures: reader.failures() };
}

/** Counts out of the summary of `bun test`; the exit code has the last word on whether all went well. */
export function toCounts(tail: string, exitCode: number | null): TestCounts {
  const plain = Bun.stripANSI(tail);
  const passed = lastNumber(plain, /^\s*(\d+) pass$/gm);
  const failed = lastNumber(plain, /^\s*(\d+) fail$/gm) + lastNumber(plain, /^\s*(\d+) errors?$/gm);
  const isBroken = exitCode !== 0 || passed + failed === 0;
  return { passed, failed: isBroken ? Math.max(1, failed) : failed };
}

function toText({ file, name, text }: TestFailure): string {
  return `${file}: ${name}\n${text.replaceAll(/^/gm, '  ')}\n\n`;
}

/** How every runner of this repository ends: what failed, each with its error, and the line of counts. */
export function toSummary(report: TestReport): string {
  return [
    ...(report.failures.length > 0 ? ['=== What failed\n', ...report.failures.map(toText)] : []),
    ...(report.unsteady.length > 0
      ? ['=== What failed at first and passed alone\n', ...report.unsteady.map(toText)]
      : []),
    `${report.passed} passed, ${report.failed} failed`,
  ].join('');
}

function toOutput({ output }: RunOptions): NonNullable<RunOptions['output']> {
  return output ?? process;
}

async function pass(
  stream: ReadableStream<Uint8Array>,
  to: TextSink,
  read: (text: string) => void = () => undefined,
): Promise<void> {
  const decoder = new TextDecoder();
  for await (const bytes of stream) {
    to.write(bytes);
    read(decoder.decode(bytes, { stream: true }));
  }
}

function lastNumber(text: string, pattern: RegExp): number {
  return Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);
}
