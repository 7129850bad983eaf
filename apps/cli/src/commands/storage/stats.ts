import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withOperations } from '../../with-operations.ts';

/** `nexus storage stats`: how much is stored, straight from the database. */
export function addStorageStats(storage: Command, terminal: Terminal): void {
  const command = storage
    .command('stats')
    .description('How many requests are stored, how large they were, and what that takes on disk.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  bun run nexus storage stats')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { recorder: _recorder, ...stats } = await withOperations(config, terminal, (perform) =>
        perform('storage.stats', {}),
      );
      if (command.getOptionValue('json') === true) return terminal.print(JSON.stringify(stats, null, 2));
      const ratio = stats.dedupRatio === null ? 'nothing yet' : `${stats.dedupRatio.toFixed(1)} times smaller`;
      return terminal.print(
        toTable(
          ['', ''],
          [
            ['requests', String(stats.requestCount)],
            ['as they passed', toSizeText(stats.rawBytes)],
            ['stored', `${toSizeText(stats.storedBytes)} (${ratio})`],
            ['  facts', toSizeText(stats.factsBytes)],
            ['  bodies', toSizeText(stats.payloadBytes)],
            ['  roll-ups', toSizeText(stats.rollupBytes)],
            ['oldest', stats.oldestAt ?? 'nothing yet'],
          ],
        ).trimStart(),
      );
    });
  addSettingOptions(command, ['storage']);
}

function toSizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
