import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { loadSettings } from '../../load-settings.ts';
import { readAuthority } from '../../read-authority.ts';
import { addSettingOptions } from '../../setting-options.ts';
import type { Terminal } from '../../terminal.ts';

/** `nexus ca export [file]`: the certificate that clients of the forward proxy have to trust. */
export function addCaExport(ca: Command, terminal: Terminal): void {
  const command = ca
    .command('export')
    .description('Write the certificate that clients of the forward proxy have to trust. The key stays where it is.')
    .argument('[file]', 'where to write it; absent, to standard output')
    .addHelpText(
      'after',
      `
Examples:
  bun run nexus ca export nexus-ca.pem
  HTTPS_PROXY=http://127.0.0.1:8899 NODE_EXTRA_CA_CERTS=nexus-ca.pem claude
  curl --cacert nexus-ca.pem -x http://127.0.0.1:8899 https://api.anthropic.com/v1/models`,
    )
    .action(async (file: string | undefined) => {
      const pem = (await readAuthority(loadSettings(command, terminal))).toString();
      if (file === undefined) return terminal.print(pem.trimEnd());
      await writeFile(file, pem, { mode: 0o644 });
      return terminal.print(
        `Wrote ${file}. Clients trust it by NODE_EXTRA_CA_CERTS=${file}, or curl --cacert ${file}.`,
      );
    });
  addSettingOptions(command, ['storage']);
}
