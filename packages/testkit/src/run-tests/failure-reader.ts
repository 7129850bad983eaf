/** A test that failed, and what Bun printed of it. */
export interface TestFailure {
  /** As Bun names it: relative to the folder of the run. */
  readonly file: string;
  /** With the names of what it stands in. */
  readonly name: string;
  /** The error with its place in the source, without colours; the last 40 lines. */
  readonly text: string;
}

export interface FailureReader {
  /** The next piece of what `bun test` prints, cut anywhere. */
  readonly read: (text: string) => void;
  /** In the order they were printed. */
  readonly failures: () => readonly TestFailure[];
}

const FILE_LINE = /^(\S+\.test\.tsx?):$/;
const RESULT_LINE = /^\((pass|fail|skip|todo)\) (.*?)(?: \[[\d.]+m?s\])?$/;
/** Behind it Bun lists what failed once more, without saying where. */
const LIST_LINE = /^\d+ tests? failed:$/;
const TEXT_LINES_MAX = 40;

/** Finds what failed in the output of `bun test`, while it comes. */
export function createFailureReader(): FailureReader {
  const failures: TestFailure[] = [];
  let file = '';
  let lines: string[] = [];
  let rest = '';
  let isList = false;

  const readLine = (line: string) => {
    isList ||= LIST_LINE.test(line);
    const newFile = FILE_LINE.exec(line)?.[1];
    const [, result, name = ''] = RESULT_LINE.exec(line) ?? [];
    if (newFile === undefined && result === undefined) {
      lines.push(line);
      return;
    }
    if (result === 'fail' && !isList) {
      failures.push({ file, name, text: lines.slice(-TEXT_LINES_MAX).join('\n').trim() });
    }
    file = newFile ?? file;
    lines = [];
  };

  return {
    read(text) {
      const ended = (rest + text).split('\n');
      rest = ended.pop() ?? '';
      for (const line of ended) readLine(Bun.stripANSI(line));
    },
    failures: () => failures,
  };
}
