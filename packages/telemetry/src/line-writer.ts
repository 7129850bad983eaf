import { write, writeSync } from 'node:fs';

/** Gathers lines and writes them off the caller's path. */
export interface LineWriter {
  write(line: string): void;
  /** Writes what is waiting now, blocking; for the last moment of a process. */
  flushSync(): void;
}

/** Lines wait at most this long, so that a person watching sees them as they happen. */
const FLUSH_AFTER_MS = 50;
/** What may wait for a stalled terminal or pipe before lines are dropped (and counted in the next line written). */
const WAITING_CHARS_MAX = 1_048_576;

/** Writes lines to the open file `fd` in batches: one system call for all lines of 50 ms. */
export function createLineWriter(fd: number): LineWriter {
  let waiting: string[] = [];
  let waitingChars = 0;
  let dropped = 0;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let writing = false;

  function take(): string {
    const text =
      dropped > 0
        ? `${waiting.join('')}{"level":"warn","message":"log lines dropped","count":${dropped}}\n`
        : waiting.join('');
    waiting = [];
    waitingChars = 0;
    dropped = 0;
    return text;
  }

  function flush(): void {
    timer = null;
    if (writing || waiting.length === 0) return;
    writing = true;
    writeAll(Buffer.from(take()), () => {
      writing = false;
      if (waiting.length > 0) timer ??= setTimeout(flush, FLUSH_AFTER_MS);
    });
  }

  function writeAll(bytes: Buffer, done: () => void): void {
    write(fd, bytes, 0, bytes.length, null, (problem, written) => {
      if (problem?.code === 'EAGAIN') setTimeout(() => writeAll(bytes, done), FLUSH_AFTER_MS);
      else if (problem === null && written < bytes.length) writeAll(bytes.subarray(written), done);
      else done();
    });
  }

  return {
    write: (line) => {
      if (waitingChars + line.length > WAITING_CHARS_MAX) {
        dropped += 1;
        return;
      }
      waiting.push(line);
      waitingChars += line.length;
      timer ??= setTimeout(flush, FLUSH_AFTER_MS);
    },
    flushSync: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
      if (waiting.length > 0) writeQuietly(fd, take());
    },
  };
}

function writeQuietly(fd: number, text: string): void {
  try {
    writeSync(fd, text);
  } catch {
    // A closed terminal must not turn a clean exit into a crash.
  }
}
