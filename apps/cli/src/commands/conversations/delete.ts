import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { UUID } from '../../uuid.ts';

/** `nexus conversations delete <conversation>`: for good, and kept in the audit. */
export function addConversationsDelete(conversations: Command, terminal: Terminal): void {
  const command = conversations
    .command('delete')
    .description('Delete a conversation for good: its requests with their bodies. The sums of usage stay.')
    .argument('<conversation>', 'the id that `bun run nexus conversations list` shows')
    .option('--yes', 'do it; without it the command only says what it would delete')
    .addHelpText('after', '\nExample:\n  bun run nexus conversations delete 8078580d-39a4-8f14-aba6-04b4fed9c80a --yes')
    .action(async (conversationId: string) => {
      const config = loadSettings(command, terminal);
      if (!UUID.test(conversationId)) throw new Error('That is not the id of a conversation.');
      const { yes } = command.opts<{ yes?: boolean }>();
      const text = await withOperations(config, terminal, async (perform) => {
        if (yes === true) {
          const { deletedRequestCount } = await perform('conversation.delete', { conversationId });
          return `Deleted ${conversationId} with ${deletedRequestCount} requests.`;
        }
        const { conversation } = await perform('conversation.get', { conversationId });
        return `Would delete ${conversationId} in ${conversation.domain} with ${conversation.messageCount} requests. Nothing was deleted: say --yes to do it.`;
      });
      terminal.print(text);
    });
  addSettingOptions(command, ['storage']);
}
