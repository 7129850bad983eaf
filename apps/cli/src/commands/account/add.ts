import { readFile } from 'node:fs/promises';
import { toRunnable } from '@nexus/config';
import type { Command } from 'commander';
import { NewCredential, toDemand } from '@nexus/contract';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withGateway } from '../../with-gateway.ts';

interface AddOptions {
  readonly domain: string;
  readonly name?: string;
  readonly seal?: boolean;
  readonly keyFile?: string;
  readonly keyEnv?: string;
  readonly credential?: string;
}

/** `nexus account add <id>`: never takes the key itself on the command line, which other users of the machine can read. */
export function addAccountAdd(account: Command, terminal: Terminal): void {
  const command = account
    .command('add')
    .description(
      'Add an account to the credential file of a domain. Without an option for its credential, an API key is read from standard input.',
    )
    .argument('<id>', 'what the account is called in lists and records')
    .option('--domain <domain>', 'the domain that it serves', 'default')
    .option('--name <name>', 'a name for people')
    .option('--seal', 'keep its secrets sealed in the database; the file gets their names alone')
    .option('--key-file <file>', 'a file that holds the key; read whenever it is needed')
    .option('--key-env <name>', 'a variable of the gateway’s environment that holds the key')
    .option('--credential <file>', 'JSON of a credential of any kind, as docs/credentials.md shows them')
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus account add team-a --domain team.example.com < key.txt
  bun run nexus account add team-b --key-file /run/secrets/claude-key
  bun run nexus account add team-c --key-env TEAM_C_KEY
  bun run nexus account add team-d --credential client-credentials.json --seal

The kinds of credentials (client credentials, signed tokens, workload identity, …) stand in docs/credentials.md.`,
    )
    .action(async (accountId: string) => {
      const config = loadSettings(command, terminal);
      const { domain, name, seal, ...places } = command.opts<AddOptions>();
      const credential = await readCredential(places, terminal);
      const added = await withGateway(config, terminal, (client) =>
        client.perform('account.add', {
          accountId,
          domain,
          credential,
          keptIn: seal === true ? 'database' : 'file',
          ...(name === undefined ? {} : { name }),
        }),
      );
      const test = toRunnable(`bun run nexus account test ${added.accountId}`, terminal.program);
      terminal.print(`Added ${added.accountId} to ${added.domain}. Try it: ${test}`);
    });
  addSettingOptions(command, ['server', 'dashboard', 'storage']);
}

type CredentialPlaces = Pick<AddOptions, 'keyFile' | 'keyEnv' | 'credential'>;

/** The credential that the options name: a file of any kind, or an API key. */
export async function readCredential(places: CredentialPlaces, terminal: Terminal): Promise<NewCredential> {
  const { credential: file, ...keyPlaces } = places;
  if (file === undefined) return { type: 'api_key', betas: [], api_key: await toKeyPlace(keyPlaces, terminal) };
  if (keyPlaces.keyFile !== undefined || keyPlaces.keyEnv !== undefined) {
    throw new Error('Give --credential, or one of --key-file and --key-env.');
  }
  const parsed = NewCredential.safeParse(JSON.parse(await readFile(file, 'utf8')), { error: toDemand });
  if (parsed.success) return parsed.data;
  // Where something is wrong, never what stands there.
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the credential'}: ${message}`);
  throw new Error(`${file}: ${problems.join('; ')}`);
}

async function toKeyPlace({ keyFile, keyEnv }: Pick<AddOptions, 'keyFile' | 'keyEnv'>, terminal: Terminal) {
  if (keyFile !== undefined && keyEnv !== undefined) throw new Error('Give --key-file or --key-env, not both.');
  if (keyFile !== undefined) return { file: keyFile };
  if (keyEnv !== undefined) return { env: keyEnv };
  const key = (await terminal.readSecretLine('Key: ')).trim();
  if (key === '') throw new Error('No key was given: type it, or use --key-file or --key-env.');
  return key;
}
