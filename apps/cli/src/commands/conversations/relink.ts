import type { AuditDetail, AuditEntry, RelinkReport } from '@nexus/storage';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toLocalActor } from '../../to-local-actor.ts';
import { withStorage } from '../../with-storage.ts';

/** So often a long run says how far it is. */
const PROGRESS_REQUESTS = 10_000;

/** `nexus conversations relink`: links every request anew from its stored bodies. */
export function addConversationsRelink(conversations: Command, terminal: Terminal): void {
  const command = conversations
    .command('relink')
    .description('Read all stored bodies again and put every request where it belongs. Changes nothing when run twice.')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--domain <domain>', 'only this domain')
    .addHelpText('after', '\nExample:\n  bun run nexus conversations relink --dry-run')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { dryRun, domain } = command.opts<{ dryRun?: boolean; domain?: string }>();
      const { relink } = await import('@nexus/storage');
      const { toAuditEntry } = await import('@nexus/services');
      const context = { actor: toLocalActor(), clock: terminal.clock, newId: terminal.newId };
      const toAudit = (detail: AuditDetail): AuditEntry =>
        toAuditEntry(context, {
          verb: 'relink',
          noun: 'conversation',
          nounId: domain ?? 'all',
          domain: domain ?? null,
          detail,
        });
      let nextRequests = PROGRESS_REQUESTS;
      const onProgress = ({ requests }: RelinkReport): void => {
        if (requests < nextRequests) return;
        nextRequests += PROGRESS_REQUESTS;
        terminal.print(`${requests} requests read …`);
      };
      const report = await withStorage(config, terminal, (storage) =>
        relink(storage, { domain, dryRun: dryRun === true, onProgress, toAudit }),
      );
      return terminal.print(toText(report, dryRun === true));
    });
  addSettingOptions(command, ['storage']);
}

function toText(report: RelinkReport, isDryRun: boolean): string {
  const verb = isDryRun ? 'would stand' : 'now stand';
  const lines = [`${report.requests} requests read, ${report.relinked} of them ${verb} elsewhere.`];
  if (report.unread > 0) lines.push(`${report.unread} have no whole body any more; they stay as they are known.`);
  if (report.skipped > 0) lines.push(`${report.skipped} conversations are too large to be linked anew.`);
  if (isDryRun) lines.push('Nothing was changed. Without --dry-run it will be.');
  return lines.join('\n');
}
