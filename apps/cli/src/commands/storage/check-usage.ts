import type { UsageCheckReport } from '@nexus/storage';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withStorage } from '../../with-storage.ts';

interface CheckOptions {
  readonly repair?: boolean;
  readonly trustRows?: boolean;
  readonly from?: string;
  readonly to?: string;
}

/** `nexus storage check-usage`: whether what was summed up is what was used. */
export function addStorageCheckUsage(storage: Command, terminal: Terminal): void {
  const command = storage
    .command('check-usage')
    .description(
      'Add up usage and cache misses anew, request by request, and compare that with the sums that are kept.',
    )
    .option('--repair', 'make wrong sums anew from the requests')
    .option('--trust-rows', 'also where the sums hold more requests than there are')
    .option('--from <date>', 'first day, YYYY-MM-DD in UTC')
    .option('--to <date>', 'last day, YYYY-MM-DD in UTC')
    .addHelpText('after', '\nExample:\n  bun run nexus storage check-usage --from 2026-11-01')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { repair = false, trustRows = false, from, to } = command.opts<CheckOptions>();
      const range = { fromMs: toDayMs(from), toMs: toDayMs(to) };
      const { checkCache, checkUsage } = await import('@nexus/storage');
      const asked = { ...range, repair, trustRows };
      const [usage, cache] = await withStorage(config, terminal, async (opened) => [
        await checkUsage(opened, asked),
        await checkCache(opened, asked),
      ]);
      terminal.print(toText(usage, 'requests'));
      terminal.print(toText(cache, 'turns that could read the cache'));
      if ([...usage.wrong, ...cache.wrong].some(({ isRepaired }) => !isRepaired))
        throw new Error('Some sums are not those of their requests.');
    });
  addSettingOptions(command, ['storage']);
}

function toDayMs(date: string | undefined): number | undefined {
  if (date === undefined) return undefined;
  const atMs = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(atMs)) throw new Error(`${date} is no date such as 2026-11-01.`);
  return atMs;
}

function toText({ checkedDays, checkedRows, wrong }: UsageCheckReport, what: string): string {
  const checked = `${checkedRows} ${what} on ${checkedDays} days were added up.`;
  if (wrong.length === 0) return `${checked} Every sum is right.`;
  const rows = wrong.map(({ day, wrongSums, isSurplus, isRepaired }) => [
    day,
    Object.entries(wrongSums)
      .map(([table, count]) => `${count} in ${table}`)
      .join(', '),
    isRepaired ? 'made anew' : isSurplus ? 'more than there are rows: kept' : 'wrong',
  ]);
  return `${checked}\n${toTable(['day', 'wrong sums', ''], rows)}`;
}
