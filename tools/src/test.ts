/*
 * `bun run test [words]`: installs what is missing, then runs the unit and integration tests whose path has one of the
 * words in it, or all. Needs nothing but Bun and, the first time, a package registry.
 */
import path from 'node:path';
import { ensureInstalled } from './ensure-installed.ts';
import { toTestEnvironment } from './test-environment.ts';

const root = path.resolve(import.meta.dir, '../..');

await ensureInstalled({ root, print: (line) => process.stderr.write(`${line}\n`) });

// By path and in a process of its own: the runner's packages exist only now, and only tests may depend on the testkit.
const runner = Bun.spawn(
  [process.execPath, path.join(root, 'packages/testkit/src/run-tests/main.ts'), ...process.argv.slice(2)],
  { cwd: root, env: toTestEnvironment(process.env), stdin: 'ignore', stdout: 'inherit', stderr: 'inherit' },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => runner.kill(signal));
process.exit(await runner.exited);
