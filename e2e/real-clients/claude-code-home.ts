import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A home of Claude Code and a folder it works in, both its own. What it remembers of its sessions is in there. */
export interface ClaudeCodeHome {
  readonly home: string;
  readonly cwd: string;
  remove(): Promise<void>;
}

export const CALLER_KEY = 'sk-ant-test-of-the-caller';

/**
 * Makes a home with `files` in its working folder, in which nobody is asked to choose a theme or to trust a folder. It is
 * a folder that nobody else has, unless `home` names one.
 */
export async function createClaudeCodeHome(
  files: Readonly<Record<string, string>> = {},
  home?: string,
): Promise<ClaudeCodeHome> {
  return fill(home ?? (await mkdtemp(path.join(tmpdir(), 'nexus-claude-code-'))), files);
}

async function fill(home: string, files: Readonly<Record<string, string>>): Promise<ClaudeCodeHome> {
  const cwd = path.join(home, 'project');
  const settings = {
    hasCompletedOnboarding: true,
    projects: { [cwd]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  };
  await Bun.write(path.join(home, '.claude.json'), JSON.stringify(settings));
  await Promise.all(
    Object.entries({ 'README.md': '# A project\n', ...files }).map(([name, text]) =>
      Bun.write(path.join(cwd, name), text),
    ),
  );
  return { home, cwd, remove: () => rm(home, { recursive: true, force: true }) };
}

/** Nothing of the person's own set-up, and no traffic that the test did not ask for. */
export function toClaudeCodeEnvironment(home: string, baseUrl: string): Record<string, string> {
  return {
    HOME: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    TMPDIR: tmpdir(),
    ANTHROPIC_BASE_URL: baseUrl,
    ANTHROPIC_API_KEY: CALLER_KEY,
    ANTHROPIC_MODEL: 'claude-fake-echo',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    NO_PROXY: '127.0.0.1,localhost',
  };
}
