import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withGateway } from '../../with-gateway.ts';

/** `nexus account remove <account>`: out of the files of the gateway; what it answers now finishes. */
export function addAccountRemove(account: Command, terminal: Terminal): void {
  const command = account
    .command('remove')
    .description('Take an account out of its credential files. What is in flight finishes; its records stay.')
    .argument('<account>', 'its id; `bun run nexus account list` shows it')
    .option('--domain <domain>', 'out of the file of this domain alone')
    .addHelpText('after', '\nExample:\n  bun run nexus account remove team-a --domain team.example.com')
    .action(async (accountId: string) => {
      const config = loadSettings(command, terminal);
      const { domain } = command.opts<{ domain?: string }>();
      const { domains } = await withGateway(config, terminal, (client) =>
        client.perform('account.remove', { accountId, ...(domain === undefined ? {} : { domain }) }),
      );
      terminal.print(`Removed ${accountId}. It no longer serves ${domains.join(', ')}.`);
    });
  addSettingOptions(command, ['server', 'dashboard', 'storage']);
}
