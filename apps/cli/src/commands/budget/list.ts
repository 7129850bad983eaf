import { toRunnable } from '@nexus/config';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withOperations } from '../../with-operations.ts';
import { loadKeyNames } from '../key/key-names.ts';
import { toBudgetTable } from './to-budget-table.ts';

/** `nexus budget list`: what was spent of which budget. */
export function addBudgetList(budget: Command, terminal: Terminal): void {
  const command = budget
    .command('list')
    .description('List budgets, with what was spent of each in its day, week or month.')
    .option('--json', 'print JSON, with money in nano-dollars')
    .addHelpText('after', '\nExample:\n  bun run nexus budget list')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { budgets, keyNames } = await withOperations(config, terminal, async (perform) => ({
        ...(await perform('budget.list', {})),
        keyNames: await loadKeyNames(perform),
      }));
      if (command.getOptionValue('json') === true) return terminal.print(JSON.stringify(budgets, null, 2));
      if (budgets.length === 0)
        return terminal.print(
          toRunnable('No budgets are set. Set one: bun run nexus budget set <subject>', terminal.program),
        );
      const { heads, rows } = toBudgetTable(budgets, keyNames);
      return terminal.print(toTable(heads, rows));
    });
  addSettingOptions(command, ['storage']);
}
