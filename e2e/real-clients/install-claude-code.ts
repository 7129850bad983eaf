import { existsSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dir, 'claude-code');

/**
 * Installs the pinned Claude Code from npm where it is not there yet, and gives the path of its program. The package
 * ships one native binary per platform; running it directly needs neither Node nor the package's install script.
 */
export async function installClaudeCode(): Promise<string> {
  const binary = findBinary();
  if (binary !== null) return binary;
  const installer = Bun.spawn([process.execPath, 'install', '--frozen-lockfile', '--ignore-scripts'], {
    cwd: folder,
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [said, saidWrong, code] = await Promise.all([
    new Response(installer.stdout).text(),
    new Response(installer.stderr).text(),
    installer.exited,
  ]);
  const installed = findBinary();
  if (code === 0 && installed !== null) return installed;
  throw new Error(`Claude Code could not be installed (${code}): ${said}${saidWrong}`);
}

function findBinary(): string | null {
  const platform = `${process.platform}-${process.arch}`;
  const program = process.platform === 'win32' ? 'claude.exe' : 'claude';
  const candidates = [platform, `${platform}-musl`].map((name) =>
    path.join(folder, 'node_modules/@anthropic-ai', `claude-code-${name}`, program),
  );
  return candidates.find((candidate) => existsSync(candidate)) ?? null;
}
