import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
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
}

const runMsMax = 60_000;

/** Runs one prompt of the real Claude Code without a terminal, in a home and a folder of its own. */
export async function runClaudeCode(options: ClaudeCodeOptions): Promise<ClaudeCodeRun> {
  const binary = await installClaudeCode();
  const home = await mkdtemp(path.join(tmpdir(), 'nexus-claude-code-'));
  const cwd = path.join(home, 'project');
  await Promise.all(Object.entries(options.files ?? {}).map(([name, text]) => writeInto(cwd, name, text)));
  await writeInto(cwd, 'README.md', '# A project\n');
  const startedAtMs = performance.now();
  const args = ['-p', options.prompt, '--output-format', 'json', ...(options.args ?? [])];
  const child = Bun.spawn([binary, ...args], {
    cwd,
    env: { ...toEnvironment(home, options.baseUrl), ...options.env },
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
  await rm(home, { recursive: true, force: true });
  const durationMs = performance.now() - startedAtMs;
  return { exitCode, durationMs, output: `${said}\n${saidWrong}`, ...readResult(said) };
}

/** Nothing of the person's own set-up, and no traffic that the test did not ask for. */
function toEnvironment(home: string, baseUrl: string): Record<string, string> {
  return {
    HOME: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TMPDIR: tmpdir(),
    ANTHROPIC_BASE_URL: baseUrl,
    ANTHROPIC_API_KEY: 'sk-ant-test-of-the-caller',
    ANTHROPIC_MODEL: 'claude-fake-echo',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    NO_PROXY: '127.0.0.1,localhost',
  };
}

async function writeInto(folder: string, name: string, text: string): Promise<void> {
  await Bun.write(path.join(folder, name), text);
}

function readResult(said: string): Pick<ClaudeCodeRun, 'result' | 'sessionId' | 'isError'> {
  const parsed: unknown = said.trimStart().startsWith('{') ? JSON.parse(said) : null;
  if (typeof parsed !== 'object' || parsed === null) return { result: said, sessionId: '', isError: true };
  const field = (name: string): unknown => Object.entries(parsed).find(([key]) => key === name)?.[1];
  return {
    result: String(field('result')),
    sessionId: String(field('session_id')),
    isError: field('is_error') === true,
  };
}
