import type { Command } from 'commander';
import type { Terminal } from '../../terminal.ts';
import { addCaExport } from './export.ts';
import { addCaShow } from './show.ts';

/** `nexus ca …`. */
export function addCa(program: Command, terminal: Terminal): void {
  const ca = program
    .command('ca')
    .description('The certificate authority with which the forward proxy intercepts.')
    .addHelpText('after', '\nExamples:\n  bun run nexus ca show\n  bun run nexus ca export nexus-ca.pem');
  addCaExport(ca, terminal);
  addCaShow(ca, terminal);
}
