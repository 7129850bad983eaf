import { type Command, Option } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { UUID } from '../../uuid.ts';

const FORMATS = ['jsonl', 'md', 'html'] as const;
type Format = (typeof FORMATS)[number];

/** `nexus conversations export <conversation>`: one file of one conversation. */
export function addConversationsExport(conversations: Command, terminal: Terminal): void {
  const command = conversations
    .command('export')
    .description(
      'Write a conversation to a file: `jsonl` keeps every byte and can be imported, `md` and `html` are to read.',
    )
    .argument('<conversation>', 'the id that `bun run nexus conversations list` shows')
    .addOption(new Option('--format <format>', 'of the file').choices(FORMATS).default('jsonl'))
    .option('--output <file>', 'where to; <conversation>.<format> in this folder unless told')
    .addHelpText(
      'after',
      '\nExample:\n  bun run nexus conversations export 8078580d-39a4-8f14-aba6-04b4fed9c80a --output talk.jsonl',
    )
    .action(async (conversationId: string) => {
      const config = loadSettings(command, terminal);
      const { format, output } = command.opts<{ format: Format; output?: string }>();
      if (!UUID.test(conversationId)) throw new Error('That is not the id of a conversation.');
      const file = output ?? `${conversationId}.${format}`;
      const { bytes } = await withOperations(config, terminal, (perform) =>
        perform('conversation.export', { conversationId, format }),
      );
      await Bun.write(file, bytes);
      terminal.print(`Wrote ${bytes.byteLength} bytes to ${file}.`);
    });
  addSettingOptions(command, ['storage']);
}
