import { describeConfig, toOriginText } from '@nexus/config';
import type { Command } from 'commander';
import { toLoaded } from '../../load-settings.ts';
import { addAllSettings } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';

/** `nexus config show`: every setting, its value and its origin. */
export function addConfigShow(config: Command, terminal: Terminal): void {
  const command = config
    .command('show')
    .description('List every setting, its value in force, and where the value came from. Secrets are not shown.')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus config show
  PORT=8080 bun run nexus config show --debug      what would be in force with these`,
    )
    .action(() => {
      const described = describeConfig(toLoaded(command, terminal));
      const rows = described.map(({ setting, value, origin }) => ({
        env: setting.env,
        path: setting.path,
        value,
        origin: toOriginText(origin),
      }));
      if (command.getOptionValue('json') === true) return terminal.print(JSON.stringify(rows, null, 2));
      const texts = rows.map((row) => [row.env, row.path, row.value === '' ? '(none)' : row.value, row.origin]);
      return terminal.print(toTable(['environment', 'in nexus.json', 'value', 'from'], texts));
    });
  addAllSettings(command, []);
}
