import path from 'node:path';
import type { Environment } from '@nexus/config';
import type { Command } from 'commander';
import { addAllSettings, toSettingFlags } from '../setting-options.ts';
import type { Terminal } from '../terminal.ts';

interface GatewayEntry {
  runGateway(options: { env: Environment; argv: readonly string[]; print: (text: string) => void }): Promise<unknown>;
}

/** `nexus start`: serves until SIGINT or SIGTERM. */
export function addStart(program: Command, terminal: Terminal): void {
  const command = program
    .command('start')
    .description('Serve the proxy, the API and the dashboard until Ctrl+C.')
    .addHelpText(
      'after',
      `
Every flag is also an environment variable, named in brackets, and a line of nexus.json; a flag wins.
Secrets are read from files, since everybody on the machine can read a command line.

Examples:
  bun start
  bun start --port 8080 --dashboard-port 8081
  bun start --host 0.0.0.0                          for a team: keys become required
  bun start --database-url-file /run/secrets/url    with a PostgreSQL of your own
  bun start --claude-api-base-url http://127.0.0.1:4010 with the fake Claude`,
    )
    .action(async () => {
      const gateway = await loadGateway();
      const argv = toSettingFlags(command);
      await gateway.runGateway({ env: terminal.env, argv, print: (text) => terminal.print(text) });
      // All is stopped and written; a timer of the drain that nobody needs any more must not hold the process.
      terminal.exit(0);
    });
  addAllSettings(command);
}

/**
 * The gateway, loaded by path into this process: no package may depend on an app, and a process of its own would cost
 * its start-up, twice the memory, and every signal passed on by hand.
 */
async function loadGateway(): Promise<GatewayEntry> {
  const file = path.resolve(import.meta.dir, '../../../gateway/src/main.ts');
  const entry: unknown = await import(file);
  if (!isGatewayEntry(entry)) throw new Error(`${file} does not export runGateway`);
  return entry;
}

function isGatewayEntry(entry: unknown): entry is GatewayEntry {
  return typeof entry === 'object' && entry !== null && 'runGateway' in entry && typeof entry.runGateway === 'function';
}
