/*
 * The end-to-end tests: real clients and real browsers against the built product. `bun e2e/src/run.ts [words]` runs those
 * whose path has one of the words in it. Clients are installed from npm on the first run.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { runBunTests, toSummary, holdTestServer } from '@nexus/testkit';
import { installClaudeCode } from '../real-clients/install-claude-code.ts';

const folder = path.resolve(import.meta.dir, '..');
const timeoutMs = 15 * 60_000;

const words = process.argv.slice(2);
const folders = ['./real-clients', './browser'].filter((name) => existsSync(path.join(folder, name)));

// Once, before anything runs in parallel; the test files only ask where it is.
await installClaudeCode();
const server = await holdTestServer();
// One file after the other: browsers and a 240 MB client side by side would time each other out on a small machine.
const counts = await runBunTests({ args: words.length > 0 ? words : folders, cwd: folder, timeoutMs });
await server.stop();
console.log(`\n${toSummary(counts)}`);
process.exit(counts.failed === 0 ? 0 : 1);
