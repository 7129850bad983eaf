import type { RetentionReport } from '@nexus/storage';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toLocalActor } from '../../to-local-actor.ts';
import { toSizeText } from '../../to-size-text.ts';
import { toTable } from '../../to-table.ts';
import { withStorage } from '../../with-storage.ts';

/** `nexus storage retention`: what the gateway does twice a day, now. */
export function addStorageRetention(storage: Command, terminal: Terminal): void {
  const command = storage
    .command('retention')
    .description('Drop what is older than the settings allow. The gateway does it twice a day by itself.')
    .option('--dry-run', 'say what would go, and let all of it stay')
    .addHelpText('after', '\nExample:\n  bun run nexus storage retention --dry-run --retention-payload-days 90')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const dryRun = command.opts<{ dryRun?: boolean }>().dryRun === true;
      const { runRetention } = await import('@nexus/storage');
      const { toAuditEntry } = await import('@nexus/services');
      const context = { actor: toLocalActor(), clock: terminal.clock, newId: terminal.newId };
      const report = await withStorage(config, terminal, (opened) =>
        runRetention(opened, {
          rules: config.retention,
          nowMs: terminal.clock(),
          dryRun,
          toAudit: (detail) => toAuditEntry(context, { verb: 'drop', noun: 'storage', nounId: 'retention', detail }),
        }),
      );
      terminal.print(toText(report, dryRun));
    });
  addSettingOptions(command, ['retention', 'storage']);
}

function toText(
  { months, deletedConversations, forgottenConversations, isDone }: RetentionReport,
  dryRun: boolean,
): string {
  const would = dryRun ? 'would go' : 'went';
  const lines: string[] = [];
  if (months.length > 0) {
    const rows = months.map(({ table, month, bytes }) => [table, month.slice(0, 7), toSizeText(bytes)]);
    lines.push(toTable(['table', 'month', would], rows));
  }
  if (deletedConversations > 0) lines.push(`${deletedConversations} conversations ${would} with their requests.`);
  if (forgottenConversations > 0) {
    lines.push(`${forgottenConversations} conversations ${dryRun ? 'could' : 'can'} be gone on with no longer.`);
  }
  if (lines.length === 0) lines.push('Nothing is older than the settings allow.');
  if (!isDone) lines.push('Some of it was in use. It goes next time.');
  if (dryRun) lines.push('Nothing was changed.');
  return lines.join('\n');
}
