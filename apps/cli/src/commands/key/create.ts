import { KEY_SCOPES, type OperationArguments } from '@nexus/contract';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withOperations } from '../../with-operations.ts';
import { addLimitOptions, type LimitOptions, toLimitValues } from '../limit/limit-options.ts';
import { toInstant } from './to-instant.ts';

/** `nexus key create <name>`: prints the key alone on standard output, so that a script can take it. */
export function addKeyCreate(key: Command, terminal: Terminal): void {
  const command = key
    .command('create')
    .description('Make a key for a client. It is printed once and stored only as a hash.')
    .argument('<name>', 'what the key is for, such as laptop or ci')
    .option('--domain <domain>', 'the only domain it opens; without it, every domain')
    .option('--expires <instant>', 'when it ends, such as 2027-01-31 or 2027-01-31T12:00:00Z; without it, never')
    .option('--owner <user>', 'who it is for; limits and budgets of a user go by it')
    .option('--project <project>', 'the project that it is for')
    .option('--label <label...>', 'words to find it by')
    .option('--scope <scope...>', `what it may do: ${KEY_SCOPES.join(', ')}; without it, proxy`)
    .option('--force', 'make it also where a key of this name works already')
    .addHelpText(
      'after',
      `
Scopes:
  proxy      go through to Claude
  read       lists, usage, money, windows and metrics; nothing that was said
  content    what was said: bodies, conversations, search
  write      make and end keys, set limits and budgets, delete and import conversations
  admin      accounts: what the gateway authenticates with
A key for one domain can have the scope proxy only. Limits stay with the key when it is rotated.

Examples:
  bun run nexus key create laptop --owner ada
  bun run nexus key create report --scope read
  bun run nexus key create ci --domain team.example.com --expires 2027-01-31
  export ANTHROPIC_AUTH_TOKEN=$(bun run --silent nexus key create laptop)`,
    )
    .action(async (name: string, options: CreateOptions) => {
      const config = loadSettings(command, terminal);
      const made = await withOperations(config, terminal, (perform) => perform('key.create', toInput(name, options)));
      terminal.print(made.key);
      terminal.printError(
        `Key ${made.keyId} for ${made.domain ?? 'every domain'}. It is not shown again.\n` +
          'Clients send it as x-api-key or Authorization: Bearer, Claude Code with ANTHROPIC_AUTH_TOKEN.',
      );
    });
  addLimitOptions(command);
  addSettingOptions(command, ['storage']);
}

interface CreateOptions extends LimitOptions {
  readonly domain?: string;
  readonly expires?: string;
  readonly owner?: string;
  readonly project?: string;
  readonly label?: string[];
  readonly scope?: string[];
  readonly force?: boolean;
}

function toInput(name: string, options: CreateOptions): OperationArguments<'key.create'> {
  const { domain, expires, owner, project, label, scope, force } = options;
  const limits = toLimitValues(options);
  return {
    name,
    ...(domain === undefined ? {} : { domain }),
    ...(expires === undefined ? {} : { expiresAt: toInstant(expires, '--expires') }),
    ...(owner === undefined ? {} : { owner }),
    ...(project === undefined ? {} : { project }),
    ...(label === undefined ? {} : { labels: label }),
    ...(scope === undefined ? {} : { scopes: scope.map(toScope) }),
    ...(limits === null ? {} : { limits }),
    ...(force === true ? { allowSameName: true } : {}),
  };
}

function toScope(text: string): (typeof KEY_SCOPES)[number] {
  const scope = KEY_SCOPES.find((known) => known === text);
  if (scope === undefined) throw new Error(`--scope ${text} is not one of ${KEY_SCOPES.join(', ')}`);
  return scope;
}
