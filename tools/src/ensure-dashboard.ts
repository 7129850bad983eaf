import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { hashFiles } from './hash-files.ts';

const STAMP = 'apps/dashboard/dist/.nexus-build';

/** Everything that the built dashboard is made from. */
const SOURCES = [
  'apps/dashboard/src',
  'apps/dashboard/public',
  'apps/dashboard/tools',
  'apps/dashboard/index.html',
  'apps/dashboard/package.json',
  'apps/dashboard/vite.config.ts',
  'packages/anthropic/src',
  'packages/contract/src',
  'packages/core/src',
  'bun.lock',
];

/**
 * Builds the dashboard unless it was built already from these very sources.
 * Throws with the build's own words where it fails.
 */
export async function ensureDashboard(options: {
  readonly root: string;
  readonly print: (line: string) => void;
}): Promise<'current' | 'built'> {
  const { root, print } = options;
  const stamp = path.join(root, STAMP);
  const wanted = hashFiles(root, SOURCES);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return 'current';

  print('Building the dashboard. This happens once, and again when it changes.');
  const startedAt = performance.now();
  // The script itself and not `bun run build`: where npx fetched Bun, there may be no `bun` on the path for it to find.
  const build = Bun.spawn([process.execPath, 'tools/build.ts'], {
    cwd: path.join(root, 'apps/dashboard'),
    // As its package.json has it: a caller's own NODE_ENV, such as a test's, would make a page for development.
    env: { ...process.env, NODE_ENV: 'production' },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const [said, saidWrong, code] = await Promise.all([
    new Response(build.stdout).text(),
    new Response(build.stderr).text(),
    build.exited,
  ]);
  if (code !== 0) throw new Error(`the dashboard's build ended with ${code}.\n${said}${saidWrong}`);
  writeFileSync(stamp, wanted);
  print(`Built in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
  return 'built';
}
