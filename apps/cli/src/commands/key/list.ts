import type { KeySummary } from '@nexus/contract';
import { toRunnable } from '@nexus/config';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withOperations } from '../../with-operations.ts';
import { isOver } from './choose-key.ts';

/** `nexus key list`: keys without their secrets. */
export function addKeyList(key: Command, terminal: Terminal): void {
  const command = key
    .command('list')
    .description('List client keys. The keys themselves are stored nowhere; the first letters tell them apart.')
    .option('--all', 'also those that were revoked')
    .option('--json', 'print JSON of all of them')
    .addHelpText('after', '\nExamples:\n  bun run nexus key list\n  bun run nexus key list --all')
    .action(async (options: { all?: boolean; json?: boolean }) => {
      const config = loadSettings(command, terminal);
      const { keys } = await withOperations(config, terminal, (perform) => perform('key.list', {}));
      if (options.json === true) return terminal.print(JSON.stringify(keys, null, 2));
      if (keys.length === 0)
        return terminal.print(
          toRunnable('There are no keys. Make one: bun run nexus key create <name>', terminal.program),
        );
      const shown = options.all === true ? keys : keys.filter(({ revokedAt }) => revokedAt === null);
      if (shown.length > 0) terminal.print(toKeyTable(shown, terminal.clock()));
      const hidden = keys.length - shown.length;
      if (hidden > 0) terminal.printError(toHiddenWords(hidden));
    });
  addSettingOptions(command, ['storage']);
}

function toKeyTable(keys: readonly KeySummary[], nowMs: number): string {
  // What no key has is no column.
  const columns = COLUMNS.filter(({ isOptional, show }) => !isOptional || keys.some((row) => show(row, nowMs) !== ''));
  return toTable(
    columns.map(({ head }) => head),
    keys.map((row) => columns.map(({ show }) => show(row, nowMs))),
  );
}

function toHiddenWords(count: number): string {
  return `${count === 1 ? '1 key that was revoked is' : `${count} keys that were revoked are`} not shown: bun run nexus key list --all`;
}

interface Column {
  readonly head: string;
  readonly show: (row: KeySummary, nowMs: number) => string;
  readonly isOptional?: boolean;
}

const COLUMNS: readonly Column[] = [
  { head: 'key', show: ({ keyId }) => keyId },
  { head: 'name', show: ({ name }) => name },
  { head: 'begins with', show: ({ hint }) => hint },
  { head: 'opens', show: ({ domain }) => domain ?? 'every domain' },
  { head: 'owner', show: ({ owner }) => owner ?? '', isOptional: true },
  { head: 'project', show: ({ project }) => project ?? '', isOptional: true },
  { head: 'labels', show: ({ labels }) => labels.join(', '), isOptional: true },
  { head: 'scopes', show: ({ scopes }) => scopes.join(' ') },
  { head: 'made', show: ({ createdAt }) => createdAt },
  { head: 'last used', show: ({ lastUsedAt }) => lastUsedAt ?? 'never' },
  { head: 'state', show: toStateText },
];

function toStateText(row: KeySummary, nowMs: number): string {
  if (row.revokedAt !== null) return `revoked ${row.revokedAt}`;
  if (isOver(row, nowMs)) return `expired ${row.expiresAt}`;
  const works = row.expiresAt === null ? 'works' : `works until ${row.expiresAt}`;
  const isOldGood = row.previousUntil !== null && Date.parse(row.previousUntil) > nowMs;
  return isOldGood ? `${works}; the secret before it until ${row.previousUntil}` : works;
}
