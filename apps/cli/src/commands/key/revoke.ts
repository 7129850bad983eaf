import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';

/** `nexus key revoke <key>`: running gateways refuse the key within a second. */
export function addKeyRevoke(key: Command, terminal: Terminal): void {
  const command = key
    .command('revoke')
    .description('End a key. Every gateway on this database refuses it within a second.')
    .argument('<key>', 'the id that `nexus key list` shows')
    .addHelpText('after', '\nExample:\n  bun run nexus key revoke 0198c0de-0000-7000-8000-000000000000')
    .action(async (keyId: string) => {
      const config = loadSettings(command, terminal);
      const revoked = await withOperations(config, terminal, (perform) => perform('key.revoke', { keyId }));
      terminal.print(`Revoked ${revoked.keyId} at ${revoked.revokedAt}.`);
    });
  addSettingOptions(command, ['storage']);
}
