import type { Command } from 'commander';
import { loadSettings } from '../load-settings.ts';
import { addSettingOptions } from '../setting-options.ts';
import type { Terminal } from '../terminal.ts';
import { toBrowserUrl } from '../to-browser-url.ts';

/** `nexus sign-in`: a new one-time link, made in the data folder that the gateway reads. */
export function addSignIn(program: Command, terminal: Terminal): void {
  const command = program
    .command('sign-in')
    .description('Print a new one-time link to the dashboard. Run it where the gateway runs, as the same user.')
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus sign-in
  ssh server 'cd claude-nexus && bun run nexus sign-in'`,
    )
    .action(async () => {
      const config = loadSettings(command, terminal);
      const { createSignInLinks } = await import('@nexus/services');
      const links = createSignInLinks({ dataDir: config.storage.dataDir, clock: terminal.clock });
      const link = await links.issue();
      terminal.print(`${toBrowserUrl(config.server.host, config.dashboard.port)}${link.path}`);
      if (terminal.isInteractive) {
        const minutes = Math.round((link.expiresAtMs - terminal.clock()) / 60_000);
        terminal.printError(`Open it in a browser. It works once, within ${minutes} minutes.`);
      }
    });
  addSettingOptions(command, ['dashboard']);
}
