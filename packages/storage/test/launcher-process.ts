import { startEmbeddedPostgres } from '../src/index.ts';

/**
 * A process that uses the embedded server of the folder in its first argument until a line comes on its standard input,
 * and then leaves it. Prints one JSON line when it is ready. Run by tests that kill it.
 */
const silent = { info: () => {}, warn: () => {}, error: () => {} };
const server = await startEmbeddedPostgres({ dataDir: Bun.argv[2] ?? '', log: silent });
console.log(JSON.stringify({ attached: server.attached, connection: server.connection, uid: process.getuid?.() }));
for await (const line of console) {
  if (line === 'stop') break;
}
await server.stop();
process.exit(0);
