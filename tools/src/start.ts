/*
 * `bun start` and `bun run nexus <command>`: installs and builds what is missing, then hands over to the command line.
 * Everything stays in this one process. A second start finds nothing to do and is serving after one import; another
 * process would cost its start-up and pass every signal on by hand.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ensureDashboard } from './ensure-dashboard.ts';
import { ensureInstalled } from './ensure-installed.ts';

const root = path.resolve(import.meta.dir, '../..');
const print = (line: string) => process.stderr.write(`${line}\n`);

try {
  const argv = toCommand(process.argv.slice(2));
  tellOtherBun();
  await ensureInstalled({ root, print });
  if (isServing(argv)) await ensureDashboard({ root, print }).catch(tellUnbuilt);
  await runCommand(argv);
} catch (failure) {
  print(failure instanceof Error ? failure.message : String(failure));
  process.exit(1);
}

// Streams, back-pressure and decompression differ between versions of Bun, and we rely on details of all three.
function tellOtherBun(): void {
  const pinned = /"packageManager": "(bun@[\d.]+)"/.exec(readFileSync(path.join(root, 'package.json'), 'utf8'))?.[1];
  if (pinned === undefined || pinned === `bun@${Bun.version}`) return;
  print(`This is Bun ${Bun.version}, and Claude Nexus is tested with ${pinned}: npx -y ${pinned} start`);
}

/** `bun start --port 1` serves; `bun run nexus` comes with `command` before its words and, without one, explains itself. */
function toCommand(argv: readonly string[]): readonly string[] {
  // Bun takes a `--` at the end for itself, so the marker is a word.
  if (argv[0] !== 'command') return argv;
  return argv.length === 1 ? ['--help'] : argv.slice(1);
}

/** The command line's own rule: no command, or flags only, means `start`. */
function isServing(argv: readonly string[]): boolean {
  const [first = 'start'] = argv;
  const asksOnly = argv.some((word) => ['--help', '-h', '--version', '-V'].includes(word));
  return (first === 'start' || first.startsWith('-')) && !asksOnly;
}

// Without its dashboard the proxy still does its work, and port 3001 says what is missing.
function tellUnbuilt(failure: unknown): void {
  print(`The dashboard could not be built, everything else starts. ${String(failure)}`);
}

async function runCommand(argv: readonly string[]): Promise<void> {
  // By path and not by name: no package may depend on an app, and the app's packages are linked in its own folder only.
  const entry: unknown = await import(path.join(root, 'apps/cli/src/main.ts'));
  if (typeof entry !== 'object' || entry === null || !('runCli' in entry) || typeof entry.runCli !== 'function') {
    throw new Error('apps/cli/src/main.ts does not export runCli');
  }
  const code: unknown = await entry.runCli(argv);
  if (typeof code === 'number' && code !== 0) process.exit(code);
}
