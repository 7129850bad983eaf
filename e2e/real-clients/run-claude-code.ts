import { type ClaudeCodeHome, createClaudeCodeHome, toClaudeCodeEnvironment } from './claude-code-home.ts';
import { installClaudeCode } from './install-claude-code.ts';

export interface ClaudeCodeRun {
  readonly exitCode: number;
  /** What it said in the end. */
  readonly result: string;
  readonly sessionId: string;
  readonly isError: boolean;
  readonly durationMs: number;
  /** Everything it printed, for messages of failed tests. */
  readonly output: string;
}

export interface ClaudeCodeOptions {
  readonly baseUrl: string;
  readonly prompt: string;
  /** Files of the folder it works in, by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  /** A home that outlives the run, to resume its session in the next one; absent, the run has one for itself. */
  readonly home?: ClaudeCodeHome;
}

const runMsMax = 60_000;

/** Runs one prompt of the real Claude Code without a terminal. */
export async function runClaudeCode(options: ClaudeCodeOptions): Promise<ClaudeCodeRun> {
  const binary = await installClaudeCode();
  const home = options.home ?? (await createClaudeCodeHome(options.files));
  const startedAtMs = performance.now();
  const args = ['-p', options.prompt, '--output-format', 'json', ...(options.args ?? [])];
  const child = Bun.spawn([binary, ...args], {
    cwd: home.cwd,
    env: { ...toClaudeCodeEnvironment(home.home, options.baseUrl), ...options.env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), runMsMax);
  const [said, saidWrong, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearTimeout(timer);
  if (options.home === undefined) await home.remove();
  const durationMs = performance.now() - startedAtMs;
  return { exitCode, durationMs, output: `${said}\n${saidWrong}`, ...readResult(said) };
}

/** Its last line is the result; before it stand events, where those were asked for. */
function readResult(said: string): Pick<ClaudeCodeRun, 'result' | 'sessionId' | 'isError'> {
  const last = said.trimEnd().split('\n').at(-1) ?? '';
  const parsed: unknown = last.startsWith('{') ? JSON.parse(last) : null;
  if (typeof parsed !== 'object' || parsed === null) return { result: said, sessionId: '', isError: true };
  const field = (name: string): unknown => Object.entries(parsed).find(([key]) => key === name)?.[1];
  return {
    result: String(field('result')),
    sessionId: String(field('session_id')),
    isError: field('is_error') === true,
  };
}
