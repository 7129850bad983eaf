import { type Command, InvalidArgumentError } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { findKey, isOver } from './choose-key.ts';

/** `nexus key rotate <key>`: prints the new secret alone on standard output, so that a script can take it. */
export function addKeyRotate(key: Command, terminal: Terminal): void {
  const command = key
    .command('rotate')
    .description('Give a key a new secret. The old one stays good for a while; limits, budgets and history stay.')
    .argument('<key>', 'its name, or its id where several have that name')
    .option('--grace <hours>', 'for how long the old secret stays good, in hours; 0 ends it at once', parseHours, 24)
    .addHelpText('after', '\nExamples:\n  bun run nexus key rotate laptop\n  bun run nexus key rotate ci --grace 1')
    .action(async (nameOrId: string, options: { grace: number }) => {
      const config = loadSettings(command, terminal);
      const graceSeconds = Math.round(options.grace * 3_600);
      const { found, made } = await withOperations(config, terminal, async (perform) => {
        const named = await findKey(perform, nameOrId, terminal.clock());
        return { found: named, made: await perform('key.rotate', { keyId: named.keyId, graceSeconds }) };
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

function parseHours(text: string): number {
  const hours = Number(text);
  if (text.trim() === '' || !(hours >= 0 && hours <= 720)) throw new InvalidArgumentError('Write hours from 0 to 720.');
  return hours;
}
