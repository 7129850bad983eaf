import type { Command } from 'commander';
import { type Knock, knock } from '../knock.ts';
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
      const { dataDir } = config.storage;
      const dashboardUrl = toBrowserUrl(config.server.host, config.dashboard.port);
      requireOpen(await knock(dashboardUrl, dataDir, terminal), { dashboardUrl, dataDir });
      const { createSignInLinks } = await import('@nexus/services');
      const links = createSignInLinks({ dataDir, clock: terminal.clock });
      const link = await links.issue();
      terminal.print(`${dashboardUrl}${link.path}`);
      if (terminal.isInteractive) {
        const minutes = Math.round((link.expiresAtMs - terminal.clock()) / 60_000);
        terminal.printError(`Open it in a browser. It works once, within ${minutes} minutes.`);
      }
    });
  addSettingOptions(command, ['dashboard', 'storage']);
}

/** A link that would lead nowhere is not printed: whoever opened it would learn less than is known here. */
function requireOpen(found: Knock, { dashboardUrl, dataDir }: { dashboardUrl: string; dataDir: string }): void {
  if (found.kind === 'nobody') {
    throw new Error(
      `No gateway answers at ${dashboardUrl}, so there is nothing to sign in to. Start one: bun start\n` +
        'If one runs, give this the same --data-dir and --dashboard-port, or run it where it runs.',
    );
  }
  if (found.kind === 'stranger') {
    throw new Error(
      `The gateway at ${dashboardUrl} has another data folder than ${dataDir} and would not take a link from here.\n` +
        'Give this the same --data-dir and --dashboard-port, and run it where the gateway runs.',
    );
  }
}
