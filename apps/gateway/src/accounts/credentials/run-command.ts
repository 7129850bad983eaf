import { MintError } from './mint.ts';
import { TOKEN_CHARACTERS_MAX } from './to-token.ts';

export interface CommandOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * What a program prints, without a shell between. It gets our environment, no input, and is ended with all it started when
 * its time is over. What it says on standard error is not read: it may hold anything.
 * @throws {MintError}
 */
export async function runCommand(argv: readonly string[], { timeoutMs, signal }: CommandOptions): Promise<string> {
  const name = argv[0] ?? '';
  const stopping = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const child = start(argv);
  const stop = (): void => endGroup(child.pid);
  stopping.addEventListener('abort', stop, { once: true });
  try {
    const text = await readBounded(child.stdout);
    const exitCode = await child.exited;
    if (stopping.aborted) throw new MintError(`${name} took longer than ${timeoutMs} ms`);
    if (text === null) throw new MintError(`${name} printed more than ${TOKEN_CHARACTERS_MAX} characters`);
    if (exitCode !== 0) throw new MintError(`${name} ended with ${exitCode}`);
    return text;
  } finally {
    stopping.removeEventListener('abort', stop);
    // What it left running must not outlive the question.
    stop();
  }
}

function start(argv: readonly string[]) {
  try {
    return Bun.spawn([...argv], { stdin: 'ignore', stdout: 'pipe', stderr: 'ignore', detached: true });
  } catch (cause) {
    throw new MintError(`${argv[0]} cannot be started`, { cause });
  }
}

/** Null where it is too much; the rest is not read. */
async function readBounded(stream: ReadableStream<Uint8Array>): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of stream) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > TOKEN_CHARACTERS_MAX) return null;
  }
  return text;
}

/** `detached` made the program the leader of a group of its own. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
