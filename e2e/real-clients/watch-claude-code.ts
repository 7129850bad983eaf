import { until } from '@nexus/testkit';
import { CALLER_KEY, type ClaudeCodeHome, toClaudeCodeEnvironment } from './claude-code-home.ts';
import { installClaudeCode } from './install-claude-code.ts';

export interface WatchedRun {
  readonly baseUrl: string;
  readonly home: ClaudeCodeHome;
  readonly prompt: string;
  /** A word that is on screen once everything has happened that the run is for. */
  readonly lastWord: string;
  readonly env?: Readonly<Record<string, string>>;
}

const runMsMax = 60_000;
const endMsMax = 15_000;
const screenCharactersMax = 1024 * 1024;
const shownCharactersMax = 2_000;

/**
 * Runs the real Claude Code in a terminal, as a person sees it, until `lastWord` is on screen. It does more there than
 * without one: it asks for a title of the session, and probes the gateway.
 */
export async function watchClaudeCode({ baseUrl, home, env, prompt, lastWord }: WatchedRun): Promise<void> {
  const screen = { text: '' };
  const decoder = new TextDecoder();
  const child = Bun.spawn(
    [await installClaudeCode(), '--permission-mode', 'default', '--allowedTools', 'Agent,Read', '--', prompt],
    {
      cwd: home.cwd,
      env: {
        ...toClaudeCodeEnvironment(home.home, baseUrl),
        ...env,
        // A key of the environment is asked about first, a token is not.
        ANTHROPIC_API_KEY: '',
        ANTHROPIC_AUTH_TOKEN: CALLER_KEY,
        TERM: 'xterm-256color',
        // Off, so that the title is asked for; what else it would send is switched off one by one.
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '',
        DISABLE_TELEMETRY: '1',
        DISABLE_ERROR_REPORTING: '1',
        DISABLE_AUTOUPDATER: '1',
      },
      terminal: {
        cols: 120,
        rows: 40,
        data: (_terminal, bytes) => {
          screen.text = (screen.text + decoder.decode(bytes, { stream: true })).slice(-screenCharactersMax);
        },
      },
    },
  );
  try {
    await until('Claude Code has done its work', () => screen.text.includes(lastWord) || null, runMsMax);
    // As a person leaves it: the second Ctrl-C ends it, and what it says of its session is on disk.
    await until(
      'Claude Code ends',
      () => {
        if (child.exitCode === null) child.terminal?.write('\u0003');
        return child.exitCode !== null || null;
      },
      endMsMax,
    );
  } catch (error) {
    throw new Error(`${String(error)}; the screen said:\n${Bun.stripANSI(screen.text).slice(-shownCharactersMax)}`, {
      cause: error,
    });
  } finally {
    child.kill('SIGKILL');
    await child.exited;
  }
}
