import { type Command, InvalidArgumentError } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { type Perform, withOperations } from '../../with-operations.ts';
import { loadKeyNames } from '../key/key-names.ts';
import { findDoubt, parseSubject, type Subject, SUBJECT_HELP } from '../limit/parse-subject.ts';
import { toBudgetTable } from './to-budget-table.ts';

const PERIODS = ['day', 'week', 'month'] as const;
/** Nano-dollars, or no budget. */
type Amount = number | 'none';
type Amounts = Partial<Record<(typeof PERIODS)[number], Amount>>;

/** `nexus budget set <subject>`: running gateways know it at once. */
export function addBudgetSet(budget: Command, terminal: Terminal): void {
  const command = budget
    .command('set')
    .description('Set how much money a subject may use in each day, week or month, by the calendar of UTC.')
    .argument('<subject>', SUBJECT_HELP)
    .option('--day <dollars>', 'dollars a day; none takes the budget away', parseNanoDollars)
    .option('--week <dollars>', 'dollars a week, from Monday', parseNanoDollars)
    .option('--month <dollars>', 'dollars a month', parseNanoDollars)
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus budget set key:laptop --day 5
  bun run nexus budget set user:ada --week 40 --month 120
  bun run nexus budget set key:laptop --day none`,
    )
    .action(async (text: string, amounts: Amounts) => {
      const config = loadSettings(command, terminal);
      await withOperations(config, terminal, async (perform) => {
        const subject = await parseSubject(text, perform, terminal.clock());
        const budgets = await setAll(perform, subject, amounts);
        if (budgets.length === 0) return terminal.print(`${text} has no budget any more.`);
        const { heads, rows } = toBudgetTable(budgets, await loadKeyNames(perform));
        terminal.print(toTable(heads, rows));
        const doubt = await findDoubt(subject, perform);
        return doubt === null ? undefined : terminal.printError(doubt);
      });
    });
  addSettingOptions(command, ['storage']);
}

async function setAll(perform: Perform, subject: Subject, amounts: Amounts) {
  const given = PERIODS.filter((period) => amounts[period] !== undefined);
  if (given.length === 0) throw new Error('Say how much: --day 5, --week 40 or --month 120, or none.');
  for (const period of given) {
    await perform('budget.set', { ...subject, period, limitNanoDollars: toLimit(amounts[period]) });
  }
  const { budgets } = await perform('budget.list', {});
  return budgets.filter(
    (budget) =>
      budget.subjectKind === subject.subjectKind && budget.subject.toLowerCase() === subject.subject.toLowerCase(),
  );
}

function toLimit(amount: Amount | undefined): number | null {
  return amount === undefined || amount === 'none' ? null : amount;
}

function parseNanoDollars(text: string): Amount {
  if (text === 'none') return text;
  const nano = Math.round(Number(text.replace(/^\$/, '')) * 1e9);
  if (text.trim() === '' || !(nano >= 0 && nano <= 1e15))
    throw new InvalidArgumentError('Write dollars, such as 5 or 0.05, or none.');
  return nano;
}
