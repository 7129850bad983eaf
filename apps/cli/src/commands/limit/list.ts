import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withOperations } from '../../with-operations.ts';
import { loadKeyNames, toSubjectWords } from '../key/key-names.ts';

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
      if (limits.length === 0) return terminal.print('No limits are set. Set one: bun run nexus limit set <subject>');
      const rows = limits.map(({ subjectKind, subject, limits: values }) => [
        subjectKind,
        toSubjectWords({ subjectKind, subject }, keyNames),
        toText(values.requestsPerMinute),
        toText(values.inputTokensPerMinute),
        toText(values.outputTokensPerMinute),
        toText(values.concurrent),
      ]);
      const heads = ['of', 'subject', 'requests/min', 'input tokens/min', 'output tokens/min', 'at once'];
      return terminal.print(toTable(heads, rows));
    });
  addSettingOptions(command, ['storage']);
}

function toText(value: number | null): string {
  return value?.toString() ?? '';
}
