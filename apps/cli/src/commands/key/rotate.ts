import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { findKey, isOver } from './choose-key.ts';
import { parseGrace } from './parse-grace.ts';

/** `nexus key rotate <key>`: prints the new secret alone on standard output, so that a script can take it. */
export function addKeyRotate(key: Command, terminal: Terminal): void {
  const command = key
    .command('rotate')
    .description('Give a key a new secret. The old one stays good for a while; limits, budgets and history stay.')
    .argument('<key>', 'its name, or its id where several have that name')
    .option(
      '--grace <duration>',
      'for how long the old secret stays good, such as 30m, 24h or 7d; without it 24h, and 0 ends it at once',
      parseGrace,
    )
    .addHelpText('after', '\nExamples:\n  bun run nexus key rotate laptop\n  bun run nexus key rotate ci --grace 30m')
    .action(async (nameOrId: string, { grace: graceSeconds }: { grace?: number }) => {
      const config = loadSettings(command, terminal);
      const { found, made } = await withOperations(config, terminal, async (perform) => {
        const named = await findKey(perform, nameOrId, terminal.clock());
        return {
          found: named,
          made: await perform('key.rotate', {
            keyId: named.keyId,
            ...(graceSeconds === undefined ? {} : { graceSeconds }),
          }),
        };
      });
      terminal.print(made.key);
      const old = graceSeconds === 0 ? 'is refused from now on' : `is good until ${made.previousUntil}`;
      terminal.printError(`The new secret of ${made.name}. It is not shown again; the old one ${old}.`);
      if (!isOver(found, terminal.clock())) return;
      terminal.printError(
        `${made.name} ended ${found.expiresAt}, so neither works: bun run nexus key expire ${found.keyId} never`,
      );
    });
  addSettingOptions(command, ['storage']);
}
