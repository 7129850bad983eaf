import { toRunnable } from '@nexus/config';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { loadKeyNames } from '../key/key-names.ts';
import { toLimitTable } from './to-limit-table.ts';

/** `nexus limit list`: what was set for whom. */
export function addLimitList(limit: Command, terminal: Terminal): void {
  const command = limit
    .command('list')
    .description('List limits of requests, tokens and concurrency.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  bun run nexus limit list')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { limits, keyNames } = await withOperations(config, terminal, async (perform) => ({
        ...(await perform('limit.list', {})),
        keyNames: await loadKeyNames(perform),
      }));
      if (command.getOptionValue('json') === true) return terminal.print(JSON.stringify(limits, null, 2));
      if (limits.length === 0)
        return terminal.print(
          toRunnable('No limits are set. Set one: bun run nexus limit set <subject>', terminal.program),
        );
      return terminal.print(toLimitTable(limits, keyNames));
    });
  addSettingOptions(command, ['storage']);
}
