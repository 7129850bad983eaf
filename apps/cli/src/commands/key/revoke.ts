import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { findKey } from './choose-key.ts';

/** `nexus key revoke <key>`: running gateways refuse the key at once. */
export function addKeyRevoke(key: Command, terminal: Terminal): void {
  const command = key
    .command('revoke')
    .description('End a key. Every gateway on this database refuses it at once; what it has under way ends by itself.')
    .argument('<key>', 'its name, or its id where several have that name; `bun run nexus key list` shows both')
    .addHelpText(
      'after',
      '\nExamples:\n  bun run nexus key revoke laptop\n  bun run nexus key revoke 0198c0de-0000-7000-8000-000000000000',
    )
    .action(async (nameOrId: string) => {
      const config = loadSettings(command, terminal);
      await withOperations(config, terminal, async (perform) => {
        const { keyId, name } = await findKey(perform, nameOrId, terminal.clock());
        const { revokedAt } = await perform('key.revoke', { keyId });
        const whose = name === keyId ? keyId : `${name} (${keyId})`;
        terminal.print(`Revoked ${whose} at ${revokedAt}.`);
      });
    });
  addSettingOptions(command, ['storage']);
}
