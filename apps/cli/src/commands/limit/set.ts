import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { addLimitOptions, type LimitOptions, toLimitValues } from './limit-options.ts';
import { parseSubject, SUBJECT_HELP } from './parse-subject.ts';

const NONE = { requestsPerMinute: null, inputTokensPerMinute: null, outputTokensPerMinute: null, concurrent: null };

/** `nexus limit set <subject>`: running gateways know it at once. */
export function addLimitSet(limit: Command, terminal: Terminal): void {
  const command = limit
    .command('set')
    .description('Set the limits of a subject in place of those before; without any, it has none of its own.')
    .argument('<subject>', SUBJECT_HELP)
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus limit set key:laptop --requests-per-minute 60 --concurrent 4
  bun run nexus limit set domain:team.example.com --output-tokens-per-minute 80000
  bun run nexus limit set global`,
    )
    .action(async (text: string, options: LimitOptions) => {
      const config = loadSettings(command, terminal);
      const values = toLimitValues(options);
      const set = await withOperations(config, terminal, async (perform) =>
        perform('limit.set', { ...(await parseSubject(text, perform, terminal.clock())), limits: values ?? NONE }),
      );
      terminal.print(`Limits of ${set.subjectKind} ${set.subject} ${values === null ? 'taken away' : 'set'}.`);
    });
  addLimitOptions(command);
  addSettingOptions(command, ['storage']);
}
