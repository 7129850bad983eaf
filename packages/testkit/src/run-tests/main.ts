/*
 * Unit and integration tests of the whole repository, or those whose path has one of the given words in it. The shared
 * PostgreSQL is held here for the length of the run, so that no test file pays for its start.
 */
import path from 'node:path';
import { removeLeftServers } from '../test-database/remove-left-servers.ts';
import { holdTestServer } from '../test-database/test-server.ts';
import { findRedisServer } from '../test-redis/start-test-redis.ts';
import { runBunTests, toSummary } from './run-bun-tests.ts';

const root = path.resolve(import.meta.dir, '../../../..');
const timeoutMs = 15 * 60_000;

removeLeftServers();
const server = await holdTestServer();
// The end-to-end tests have their own runner: they need a built product, a browser and the network of a registry.
const args = ['--parallel', '--path-ignore-patterns=e2e/**', ...process.argv.slice(2)];
const counts = await runBunTests({ args, cwd: root, timeoutMs });
await server.stop();
// Says so itself where there is none: what was left out for want of it must be seen at the end, where people look.
findRedisServer();
console.log(`\n${toSummary(counts)}`);
process.exit(counts.failed === 0 ? 0 : 1);
