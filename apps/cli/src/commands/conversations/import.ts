import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';

/** `nexus conversations import <file>`: reads exports back. */
export function addConversationsImport(conversations: Command, terminal: Terminal): void {
  const command = conversations
    .command('import')
    .description('Read conversations back from a JSONL export. Importing twice changes nothing.')
    .argument('<file>', 'what `export` wrote; several of them in one file will do')
    .option('--domain <domain>', 'put them under another domain, beside what is there')
    .addHelpText('after', '\nExample:\n  bun run nexus conversations import talk.jsonl')
    .action(async (file: string) => {
      const config = loadSettings(command, terminal);
      const { domain } = command.opts<{ domain?: string }>();
      await stat(file).catch((cause: unknown) => {
        throw new Error(`There is no file ${file}.`, { cause });
      });
      const input = domain === undefined ? {} : { domain };
      const { conversations: imported } = await withOperations(config, terminal, (perform) =>
        perform('conversation.import', input, file),
      );
      for (const { conversationId, domain: place, importedRequestCount, knownRequestCount } of imported) {
        const known = knownRequestCount === 0 ? '' : `, ${knownRequestCount} were there already`;
        terminal.print(
          `${conversationId ?? 'No conversation'} in ${place}: ${importedRequestCount} requests imported${known}.`,
        );
      }
    });
  addSettingOptions(command, ['storage']);
}
