import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { loadKeyNames } from '../key/key-names.ts';
import { addLimitOptions, type LimitOptions, toLimitValues } from './limit-options.ts';
import { findDoubt, parseSubject, SUBJECT_HELP } from './parse-subject.ts';
import { toLimitTable } from './to-limit-table.ts';

interface SetOptions extends LimitOptions {
  readonly none?: boolean;
}

const NOTHING_SAID =
  'Say how much, such as --requests-per-minute 60 or --concurrent 4, or --none to take all limits away.';

const NONE = { requestsPerMinute: null, inputTokensPerMinute: null, outputTokensPerMinute: null, concurrent: null };

/** `nexus limit set <subject>`: running gateways know it at once. */
export function addLimitSet(limit: Command, terminal: Terminal): void {
  const command = limit
    .command('set')
    .description('Set the limits of a subject, all of them at once: what is not given is no limit any more.')
    .argument('<subject>', SUBJECT_HELP)
    .option('--none', 'take all limits of the subject away')
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus limit set key:laptop --requests-per-minute 60 --concurrent 4
  bun run nexus limit set domain:team.example.com --output-tokens-per-minute 80000
  bun run nexus limit set user:ada --input-tokens-per-minute 400000
  bun run nexus limit set global --none`,
    )
    .action(async (text: string, options: SetOptions) => {
      const config = loadSettings(command, terminal);
      const values = toLimitValues(options);
      if ((values === null) !== (options.none === true)) throw new Error(NOTHING_SAID);
      await withOperations(config, terminal, async (perform) => {
        const subject = await parseSubject(text, perform, terminal.clock());
        const set = await perform('limit.set', { ...subject, limits: values ?? NONE });
        if (values === null) return terminal.print(`${text} has no limits of its own any more.`);
        terminal.print(toLimitTable([set], await loadKeyNames(perform)));
        const doubt = await findDoubt(subject, perform);
        return doubt === null ? undefined : terminal.printError(doubt);
      });
    });
  addLimitOptions(command);
  addSettingOptions(command, ['storage']);
}
