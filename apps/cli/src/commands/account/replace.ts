import { toRunnable } from '@nexus/config';
import type { Command } from 'commander';
import { ApiError, type Client, ERRORS } from '@nexus/contract';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withGateway } from '../../with-gateway.ts';
import { readCredential } from './add.ts';

interface ReplaceOptions {
  readonly seal?: boolean;
  readonly keyFile?: string;
  readonly keyEnv?: string;
  readonly credential?: string;
}

/** `nexus account replace <account>`: another credential; its share, its upstream and its records stay. */
export function addAccountReplace(account: Command, terminal: Terminal): void {
  const command = account
    .command('replace')
    .description(
      'Give an account another credential. Without an option for it, an API key is read from standard input.',
    )
    .argument('<account>', 'its id; `bun run nexus account list` shows it')
    .option('--seal', 'keep its secrets sealed in the database; the file gets their names alone')
    .option('--key-file <file>', 'a file that holds the key; read whenever it is needed')
    .option('--key-env <name>', 'a variable of the gateway’s environment that holds the key')
    .option('--credential <file>', 'JSON of a credential of any kind, as docs/credentials.md shows them')
    .addHelpText('after', '\nExample:\n  bun run nexus account replace team-a < new-key.txt')
    .action(async (accountId: string) => {
      const config = loadSettings(command, terminal);
      const { seal, ...places } = command.opts<ReplaceOptions>();
      const keptIn = seal === true ? 'database' : 'file';
      await withGateway(config, terminal, async (client) => {
        // Nobody types a secret for an account that is not there.
        await requireAccount(client, accountId);
        const credential = await readCredential(places, terminal);
        await client.perform('account.replace', { accountId, credential, keptIn });
      });
      terminal.print(
        toRunnable(
          `${accountId} has another credential. Try it: bun run nexus account test ${accountId}`,
          terminal.program,
        ),
      );
    });
  addSettingOptions(command, ['server', 'dashboard', 'storage']);
}

async function requireAccount(client: Client, accountId: string): Promise<void> {
  const { accounts } = await client.perform('account.list', {});
  if (accounts.some((account) => account.accountId === accountId)) return;
  const { message, status } = ERRORS['account-unknown'];
  throw new ApiError({ code: 'account-unknown', message, status, requestId: null });
}
