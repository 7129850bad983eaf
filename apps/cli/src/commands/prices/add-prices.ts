import type { loadPrices, PriceDoubt } from '@nexus/services';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withStorage } from '../../with-storage.ts';

type PriceTable = ReturnType<typeof loadPrices>;
type PriceRow = PriceTable['rows'][number];

/** `nexus prices …`: what money is computed from. */
export function addPrices(program: Command, terminal: Terminal): void {
  const prices = program
    .command('prices')
    .description('Prices: what money is computed from.')
    .addHelpText('after', '\nExamples:\n  bun run nexus prices show\n  bun run nexus prices check');
  addShow(prices, terminal);
  addCheck(prices, terminal);
  addReprice(prices, terminal);
}

function addShow(prices: Command, terminal: Terminal): void {
  const command = prices
    .command('show')
    .description('Every price that counts here, in dollars per million tokens, and where it was read.')
    .option('--json', 'print JSON, in nano-dollars a token')
    .addHelpText('after', '\nExample:\n  bun run nexus prices show')
    .action(async () => {
      const table = await loadTable(command, terminal);
      const json = command.opts<{ json?: boolean }>().json === true;
      terminal.print(json ? JSON.stringify(table, null, 2) : toText(table));
    });
  addSettingOptions(command, ['prices']);
}

function addCheck(prices: Command, terminal: Terminal): void {
  const command = prices
    .command('check')
    .description('Whether the price file can be used, and which models are behind the requests without a sure price.')
    .option('--days <days>', 'how far to look back', '30')
    .addHelpText('after', '\nExample:\n  bun run nexus prices check')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const table = await loadTable(command, terminal);
      const { listUnsureModels } = await import('@nexus/services');
      const toMs = terminal.clock();
      const fromMs = toMs - toDays(command.opts<{ days: string }>().days) * DAY_MS;
      const unsure = await withStorage(config, terminal, (storage) =>
        listUnsureModels(storage, table, { fromMs, toMs }),
      );
      terminal.print(`Prices ${table.version}: ${table.rows.length} rows.`);
      if (unsure.length === 0) return terminal.print('Every request that used tokens has its price.');
      const rows = unsure.map(({ model, requestCount, because }) => [
        model === '' ? '(not named)' : model,
        String(requestCount),
        DOUBTS[because],
      ]);
      return terminal.print(toTable(['model', 'requests', 'price'], rows));
    });
  addSettingOptions(command, ['prices', 'storage']);
}

const DOUBTS: Readonly<Record<PriceDoubt, string>> = {
  guessed: 'guessed by its family',
  unknown: 'none',
  unnamed: 'none: neither the request nor its answer names a model',
  suspicious: 'none: its counts cannot be true',
  'recorded-otherwise':
    'known now: `prices reprice` prices these again; what stays used something else without a price',
};

const DAY_MS = 86_400_000;

function addReprice(prices: Command, terminal: Terminal): void {
  const command = prices
    .command('reprice')
    .description('Price history again by the prices of now, each request by those of its day, and add it up anew.')
    .option('--days <days>', 'how far to go back', '30')
    .option('--dry-run', 'say what would change, and change nothing')
    .addHelpText('after', '\nExample:\n  bun run nexus prices reprice --days 7 --dry-run')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const table = await loadTable(command, terminal);
      const { days, dryRun = false } = command.opts<{ days: string; dryRun?: boolean }>();
      const toMs = terminal.clock();
      const fromMs = toMs - toDays(days) * DAY_MS;
      const { repriceUsage } = await import('@nexus/storage');
      const report = await withStorage(config, terminal, (storage) =>
        repriceUsage(storage, { prices: table, fromMs, toMs, dryRun }),
      );
      const { requestCount, changedCount, newlyPricedCount, beforeNano, afterNano } = report;
      terminal.print(
        [
          `${changedCount} of ${requestCount} requests ${dryRun ? 'would cost' : 'cost'} something else by ${table.version}.`,
          `${newlyPricedCount} of them had no price before.`,
          `All together: ${toDollarText(beforeNano)} before, ${toDollarText(afterNano)} now.`,
          ...(dryRun ? ['Nothing was changed.'] : []),
        ].join('\n'),
      );
    });
  addSettingOptions(command, ['prices', 'storage']);
}

async function loadTable(command: Command, terminal: Terminal): Promise<PriceTable> {
  const config = loadSettings(command, terminal);
  const { loadPrices } = await import('@nexus/services');
  return loadPrices(config.prices.file);
}

function toDays(text: string): number {
  const days = Number(text);
  if (!Number.isSafeInteger(days) || days < 1 || days > 3_660) throw new Error(`${text} is no number of days.`);
  return days;
}

function toText({ version, rows, serverTools }: PriceTable): string {
  const lines = rows.flatMap(toLines);
  const tools = Object.entries(serverTools).map(([name, nano]) => [name, toDollarText(nano)]);
  return [
    `Prices ${version}`,
    toTable(['model', 'from', 'for', 'input', 'output', 'write 5m', 'write 1h', 'read', 'source'], lines),
    toTable(['server tool', 'a call'], tools),
  ].join('\n\n');
}

/** A line for each price that a model has: as usual, in fast mode, and with long prompts. */
function toLines(row: PriceRow): readonly string[][] {
  const { longPrompt, fast } = row;
  const toLine = (what: string, rates: PriceRow['rates']) => [
    row.model,
    toFromText(row),
    what,
    ...toRateTexts(rates),
    row.source,
  ];
  return [
    toLine('', row.rates),
    ...(longPrompt === null ? [] : [toLine(`prompts over ${longPrompt.promptTokens} tokens`, longPrompt.rates)]),
    ...(fast === null ? [] : [toLine('fast mode', fast)]),
  ];
}

function toFromText({ fromMs }: PriceRow): string {
  return fromMs === 0 ? 'always' : new Date(fromMs).toISOString().slice(0, 10);
}

function toRateTexts({ input, output, cacheWrite5m, cacheWrite1h, cacheRead }: PriceRow['rates']): string[] {
  return [input, output, cacheWrite5m, cacheWrite1h, cacheRead].map((nano) => String(nano / 1_000));
}

function toDollarText(nanoDollars: number): string {
  return `$${(nanoDollars / 1e9).toFixed(4)}`;
}
