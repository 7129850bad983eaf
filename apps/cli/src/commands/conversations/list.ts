import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';
import { withOperations } from '../../with-operations.ts';

/** A title in a table; the rest of it is in `--json`. */
const TITLE_CHARACTERS_MAX = 60;

/** `nexus conversations list`: the most recently active first. */
export function addConversationsList(conversations: Command, terminal: Terminal): void {
  const command = conversations
    .command('list')
    .description('List conversations, the most recently active first.')
    .option('--domain <domain>', 'only this domain')
    .option('--user <user>', 'only those that this user took part in')
    .option('--project <project>', 'only those of this project')
    .option('--text <text>', 'only those with this text in the title or the first prompt')
    .option('--limit <number>', 'at most so many, up to 200', '20')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  bun run nexus conversations list --text "flaky test"')
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { domain, user, project, text, limit, json } = command.opts<ListOptions>();
      const input = {
        limit,
        ...(domain === undefined ? {} : { domain }),
        ...(user === undefined ? {} : { user }),
        ...(project === undefined ? {} : { project }),
        ...(text === undefined ? {} : { text }),
      };
      const found = await withOperations(config, terminal, (perform) => perform('conversation.list', input));
      if (json === true) return terminal.print(JSON.stringify(found.conversations, null, 2));
      if (found.conversations.length === 0) return terminal.print('There are no such conversations.');
      const rows = found.conversations.map((row) => [
        row.conversationId,
        row.lastMessageTime,
        row.domain,
        String(row.turnCount),
        toShort(row.title ?? '(no title)'),
      ]);
      return terminal.print(toTable(['conversation', 'last active', 'domain', 'turns', 'title'], rows));
    });
  addSettingOptions(command, ['storage']);
}

interface ListOptions {
  readonly domain?: string;
  readonly user?: string;
  readonly project?: string;
  readonly text?: string;
  readonly limit: string;
  readonly json?: boolean;
}

/** A title is somebody else's words: no line break and no escape sequence of it reaches the screen. */
function toShort(title: string): string {
  const line = title.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
  return line.length <= TITLE_CHARACTERS_MAX ? line : `${line.slice(0, TITLE_CHARACTERS_MAX - 1)}…`;
}
