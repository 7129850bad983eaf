import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';

/** `nexus key create <name>`: prints the key alone on standard output, so that a script can take it. */
export function addKeyCreate(key: Command, terminal: Terminal): void {
  const command = key
    .command('create')
    .description('Make a key for a client. It is printed once and stored only as a hash.')
    .argument('<name>', 'what the key is for, such as laptop or ci')
    .option('--domain <domain>', 'the only domain it opens; without it, every domain')
    .option('--expires <instant>', 'when it ends, such as 2027-01-31 or 2027-01-31T12:00:00Z; without it, never')
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus key create laptop
  bun run nexus key create ci --domain team.example.com --expires 2027-01-31
  export ANTHROPIC_AUTH_TOKEN=$(bun run --silent nexus key create laptop)`,
    )
    .action(async (name: string, options: { domain?: string; expires?: string }) => {
      const config = loadSettings(command, terminal);
      const made = await withOperations(config, terminal, (perform) =>
        perform('key.create', {
          name,
          ...(options.domain === undefined ? {} : { domain: options.domain }),
          ...(options.expires === undefined ? {} : { expiresAt: toInstant(options.expires) }),
        }),
      );
      terminal.print(made.key);
      terminal.printError(
        `Key ${made.keyId} for ${made.domain ?? 'every domain'}. It is not shown again.\n` +
          'Clients send it as x-api-key or Authorization: Bearer, Claude Code with ANTHROPIC_AUTH_TOKEN.',
      );
    });
  addSettingOptions(command, ['storage']);
}

/** An ISO instant from what people write; a bare day means its first moment in UTC. */
function toInstant(text: string): string {
  const time = Date.parse(text);
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(time)) {
    throw new Error(`--expires ${text} is not a day or an instant; write 2027-01-31 or 2027-01-31T12:00:00Z`);
  }
  return new Date(time).toISOString();
}
