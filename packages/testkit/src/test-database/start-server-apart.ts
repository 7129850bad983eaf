/*
 * Starts the embedded PostgreSQL of a folder for somebody else: says so on standard output, waits until standard input
 * ends, and goes without stopping it. The one who asked is a user of the server by then.
 */
import { startEmbeddedPostgres } from '@nexus/storage';
import { quietLog } from './quiet-log.ts';

const dataDir = process.argv[2];
if (dataDir === undefined) throw new Error('usage: start-server-apart.ts <data folder>');
await startEmbeddedPostgres({ dataDir, log: quietLog });
process.stdout.write('ready\n');
await Bun.stdin.text();
process.exit(0);
