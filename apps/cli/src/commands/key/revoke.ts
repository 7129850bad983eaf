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
    .argument('<key>', 'the id that `bun run nexus key list` shows')
    .addHelpText('after', '\nExample:\n  bun run nexus key revoke 0198c0de-0000-7000-8000-000000000000')
    .action(async (keyId: string) => {
      const config = loadSettings(command, terminal);
      if (!UUID.test(keyId)) {
        // What was typed may be the key itself, which must not stand on a screen twice.
        throw new Error('That is not the id of a key: `bun run nexus key list` shows the ids.');
      }
      const revoked = await withOperations(config, terminal, (perform) => perform('key.revoke', { keyId }));
      terminal.print(`Revoked ${revoked.keyId} at ${revoked.revokedAt}.`);
    });
  addSettingOptions(command, ['storage']);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
