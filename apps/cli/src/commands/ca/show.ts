import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { readAuthority } from '../../read-authority.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';
import { toTable } from '../../to-table.ts';

/** `nexus ca show`: what a person compares before trusting. */
export function addCaShow(ca: Command, terminal: Terminal): void {
  const command = ca
    .command('show')
    .description('Show name, fingerprint and end of the certificate authority of this installation.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExample:\n  bun run nexus ca show')
    .action(async () => {
      const certificate = await readAuthority(loadSettings(command, terminal));
      const shown = {
        name: certificate.subject.replaceAll('\n', ', '),
        sha256: certificate.fingerprint256,
        validFrom: new Date(certificate.validFrom).toISOString(),
        validTo: new Date(certificate.validTo).toISOString(),
      };
      if (command.getOptionValue('json') === true) return terminal.print(JSON.stringify(shown, null, 2));
      return terminal.print(
        toTable(
          ['authority', 'SHA-256', 'from', 'until'],
          [[shown.name, shown.sha256, shown.validFrom, shown.validTo]],
        ),
      );
    });
  addSettingOptions(command, ['storage']);
}
