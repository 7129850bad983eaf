import type { Command } from 'commander';
import type { OperationOutput } from '@nexus/contract';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withOperations } from '../../with-operations.ts';

/** `nexus key revoke <key>`: running gateways refuse the key within a second. */
export function addKeyRevoke(key: Command, terminal: Terminal): void {
  const command = key
    .command('revoke')
    .description('End a key. Every gateway on this database refuses it within a second.')
    .argument('<key>', 'its name, or its id where several have that name; `bun run nexus key list` shows both')
    .addHelpText(
      'after',
      '\nExamples:\n  bun run nexus key revoke laptop\n  bun run nexus key revoke 0198c0de-0000-7000-8000-000000000000',
    )
    .action(async (nameOrId: string) => {
      const config = loadSettings(command, terminal);
      const revoked = await withOperations(config, terminal, async (perform) => {
        if (UUID.test(nameOrId)) return perform('key.revoke', { keyId: nameOrId });
        const { keys } = await perform('key.list', {});
        return perform('key.revoke', { keyId: chooseKey(keys, nameOrId).keyId });
      });
      terminal.print(`Revoked ${revoked.keyId} at ${revoked.revokedAt}.`);
    });
  addSettingOptions(command, ['storage']);
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Keys = OperationOutput<'key.list'>['keys'];

/** @throws {Error} where no key that still works has this name, or more than one has. */
function chooseKey(keys: Keys, name: string): Keys[number] {
  const found = keys.filter((key) => key.name === name && key.revokedAt === null);
  const [only] = found;
  // What was typed may be the key itself, which must not stand on a screen twice.
  if (only === undefined) {
    throw new Error('No key that works has that name or id: `bun run nexus key list` shows what there is.');
  }
  if (found.length === 1) return only;
  const rows = found.map(({ keyId, hint, domain, createdAt }) => [keyId, hint, domain ?? 'every domain', createdAt]);
  const table = toTable(['key', 'begins with', 'opens', 'made'], rows);
  throw new Error(`${found.length} keys are called ${name}. Say which one by its id:\n\n${table}`);
}
