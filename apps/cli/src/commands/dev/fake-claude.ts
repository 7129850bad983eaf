import path from 'node:path';
import type { Command } from 'commander';

/** `nexus dev fake-claude`: the scripted upstream of the tests, by hand. */
export function addDevFakeClaude(dev: Command): void {
  dev
    .command('fake-claude')
    .description('Run a scripted Claude on this machine: answers, streams, errors and silences on demand, no account.')
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .argument('[options...]', 'see: nexus dev fake-claude --help')
    .action(async (options: readonly string[]) => {
      // A process of its own, by path: the test kit is no dependency of anything that ships.
      const entry = path.resolve(import.meta.dir, '../../../../../packages/testkit/src/fake-claude/main.ts');
      const child = Bun.spawn([process.execPath, entry, ...options], { stdio: ['inherit', 'inherit', 'inherit'] });
      let isEnded = false;
      const pass = (signal: NodeJS.Signals) => {
        isEnded = true;
        child.kill(signal);
      };
      process.on('SIGINT', pass).on('SIGTERM', pass);
      const code = await child.exited;
      process.off('SIGINT', pass).off('SIGTERM', pass);
      if (code !== 0 && !isEnded) throw new Error(`the fake Claude ended with ${code}`);
    });
}
