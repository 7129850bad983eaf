import type { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import type { Terminal } from '../terminal.ts';

/** `nexus version`: what to say in a bug report. */
export function addVersion(program: Command, terminal: Terminal): void {
  program
    .command('version')
    .description('Print the versions to name in a bug report.')
    .action(() => {
      terminal.print(`claude-nexus ${manifest.version}\nbun ${Bun.version}\n${process.platform} ${process.arch}`);
    });
}
