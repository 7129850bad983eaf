/** What one `bun test` came to. */
export interface TestCounts {
  readonly passed: number;
  /** Failed tests, errors between tests, and 1 where the run broke or found nothing to run. */
  readonly failed: number;
}

/** A hung test must fail and not hang the run. Bun's 5 s are too few on two busy cores; bunfig.toml's `timeout` is not read. */
const testTimeoutMs = 20_000;

/** The summary stands in the last lines; nothing before them is kept. */
const tailCharactersMax = 8192;

/**
 * Runs `bun test` with `args` in `cwd`, shows its output as it comes, and counts. A run that outlives `timeoutMs` is
 * ended and counts as failed.
 */
export async function runBunTests(options: {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly timeoutMs: number;
}): Promise<TestCounts> {
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
  const [, tail, exitCode] = await Promise.all([
    show(runner.stdout, (bytes) => process.stdout.write(bytes)),
    show(runner.stderr, (bytes) => process.stderr.write(bytes)),
    runner.exited,
  ]);
  clearTimeout(timer);
  return toCounts(tail, exitCode);
}

/** Counts out of the summary of `bun test`; the exit code has the last word on whether all went well. */
export function toCounts(tail: string, exitCode: number | null): TestCounts {
  const plain = Bun.stripANSI(tail);
  const passed = lastNumber(plain, /^\s*(\d+) pass$/gm);
  const failed = lastNumber(plain, /^\s*(\d+) fail$/gm) + lastNumber(plain, /^\s*(\d+) errors?$/gm);
  const isBroken = exitCode !== 0 || passed + failed === 0;
  return { passed, failed: isBroken ? Math.max(1, failed) : failed };
}

/** The line by which every runner of this repository ends. */
export function toSummary(counts: TestCounts): string {
  return `${counts.passed} passed, ${counts.failed} failed`;
}

async function show(stream: ReadableStream<Uint8Array>, write: (bytes: Uint8Array) => void): Promise<string> {
  const decoder = new TextDecoder();
  let tail = '';
  for await (const bytes of stream) {
    write(bytes);
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-tailCharactersMax);
  }
  return tail;
}

function lastNumber(text: string, pattern: RegExp): number {
  return Number([...text.matchAll(pattern)].at(-1)?.[1] ?? 0);
}
