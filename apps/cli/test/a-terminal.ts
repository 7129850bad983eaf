import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Environment } from '@nexus/config';
import { runCli } from '../src/main.ts';

/** A terminal with a data folder of its own that remembers what was printed. */
export function aTerminal({ program = '/usr/local/bin/bun' } = {}) {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'nexus-cli-'));
  return {
    dataDir,
    async run(argv: readonly string[], env: Environment = {}, input = '') {
      const printed: string[] = [];
      const printedErrors: string[] = [];
      const code = await runCli(argv, {
        env: { HOME: dataDir, NEXUS_DATA_DIR: dataDir, ...env },
        program,
        print: (text) => void printed.push(text),
        printError: (text) => void printedErrors.push(text),
        isInteractive: false,
        readSecretLine: async () => input,
        exit: () => {},
        clock: Date.now,
        newId: () => Bun.randomUUIDv7(),
      });
      return { code, out: printed.join('\n'), errors: printedErrors.join('\n') };
    },
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}
