import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withOperations } from '../../with-operations.ts';

/** `nexus key list`: keys without their secrets. */
export function addKeyList(key: Command, terminal: Terminal): void {
  const command = key
    .command('list')
    .description('List client keys. The keys themselves are stored nowhere; the first letters tell them apart.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  bun run nexus key list')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { keys } = await withOperations(config, terminal, (perform) => perform('key.list', {}));
      if (command.getOptionValue('json') === true) return terminal.print(JSON.stringify(keys, null, 2));
      if (keys.length === 0) return terminal.print('There are no keys. Make one: bun run nexus key create <name>');
      const rows = keys.map((row) => [
        row.keyId,
        row.name,
        row.hint,
        row.domain ?? 'every domain',
        row.owner ?? '',
        row.scopes.join(' '),
        row.createdAt,
        row.lastUsedAt ?? 'never',
        toStateText(row, terminal.clock()),
      ]);
      return terminal.print(
        toTable(['key', 'name', 'begins with', 'opens', 'owner', 'scopes', 'made', 'last used', 'state'], rows),
      );
    });
  addSettingOptions(command, ['storage']);
}

function toStateText(row: { revokedAt: string | null; expiresAt: string | null }, nowMs: number): string {
  if (row.revokedAt !== null) return `revoked ${row.revokedAt}`;
  if (row.expiresAt === null) return 'works';
  return Date.parse(row.expiresAt) <= nowMs ? `expired ${row.expiresAt}` : `works until ${row.expiresAt}`;
}
