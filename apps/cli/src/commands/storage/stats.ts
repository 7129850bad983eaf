import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toSizeText } from '../../to-size-text.ts';
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
            ['kept', toKeptText(stats.retention)],
          ],
        ).trimStart(),
      );
    });
  addSettingOptions(command, ['storage']);
}

/** For how long what is kept, as the settings say. */
function toKeptText({ payloadDays, factsDays }: { readonly payloadDays: number; readonly factsDays: number }): string {
  return `bodies ${toDaysText(payloadDays)}, requests ${toDaysText(factsDays)}`;
}

function toDaysText(days: number): string {
  return days === 0 ? 'for ever' : `${days} days`;
}
