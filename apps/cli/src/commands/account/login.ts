import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { withGateway } from '../../with-gateway.ts';

/** `nexus account login <id>`: shows a link, takes the code that the page gives, and keeps the login. */
export function addAccountLogin(account: Command, terminal: Terminal): void {
  const command = account
    .command('login')
    .description(
      'Sign in for an account: new, or one whose login was spent. Prints a link and takes the code it gives.',
    )
    .argument('<id>', 'what the account is called in lists and records')
    .option('--domain <domain>', 'the domain that it serves', 'default')
    .option('--name <name>', 'a name for people')
    .addHelpText(
      'after',
      `
A login is for your own use, under the terms of its provider. For a team, use an API key of your organisation:
  bun run nexus account add --help

Example:
  bun run nexus account login me --domain default`,
    )
    .action(async (accountId: string) => {
      const config = loadSettings(command, terminal);
      const { domain, name } = command.opts<{ domain: string; name?: string }>();
      const kept = await withGateway(config, terminal, async (client) => {
        const { url, state, verifier } = await client.perform('account.authorize', {});
        terminal.printError(`Open this page, allow the login, and paste the code that it shows:\n\n${url}\n`);
        const code = (await terminal.readSecretLine('Code: ')).trim();
        if (code === '') throw new Error('No code was given, so nothing changed.');
        const named = name === undefined ? {} : { name };
        return client.perform('account.login', { accountId, domain, code, state, verifier, ...named });
      });
      terminal.print(`${kept.accountId} is signed in and serves ${kept.domain}.`);
    });
  addSettingOptions(command, ['server', 'dashboard', 'storage']);
}
