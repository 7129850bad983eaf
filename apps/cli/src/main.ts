import { readEnvironment, toRunnable } from '@nexus/config';
import { GatewayError } from '@nexus/contract';
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';
import { readSecretLine } from './read-secret-line.ts';
import type { Terminal } from './terminal.ts';
import { toRefusalText } from './to-refusal-text.ts';

/** Runs one command line, without program and script name, and gives the exit code. */
export async function runCli(argv: readonly string[], world: Terminal = createTerminal()): Promise<number> {
  // Standard error is for people only: what it says of our commands is said as they run here.
  const printError = (text: string) => world.printError(toRunnable(text, world.program));
  const terminal: Terminal = { ...world, printError };
  try {
    await createProgram(terminal).parseAsync(toCommandLine(argv), { from: 'user' });
    return 0;
  } catch (failure) {
    // Commander has said its part already: help, version, or what is wrong with the command line.
    if (failure instanceof CommanderError) return failure.exitCode;
    terminal.printError(toFailureText(failure));
    return 1;
  }
}

// Flags without a command are the flags of `start`, so that `bun start --port 8080` reads as it should.
function toCommandLine(argv: readonly string[]): readonly string[] {
  const [first] = argv;
  if (first === undefined) return ['start'];
  const asksProgram = ['--help', '-h', '--version', '-V'].includes(first);
  return first.startsWith('-') && !asksProgram ? ['start', ...argv] : argv;
}

function toFailureText(failure: unknown): string {
  if (failure instanceof GatewayError) return toRefusalText(failure.code, failure.publicMessage);
  return failure instanceof Error ? failure.message : String(failure);
}

function createTerminal(): Terminal {
  const env = readEnvironment();
  return {
    env,
    program: process.execPath,
    print: (text) => void process.stdout.write(`${text}\n`),
    printError: (text) => void process.stderr.write(`${text}\n`),
    isInteractive: process.stdout.isTTY,
    readSecretLine,
    exit: (code) => process.exit(code),
    clock: Date.now,
    newId: () => Bun.randomUUIDv7(),
  };
}

if (import.meta.main) process.exitCode = await runCli(process.argv.slice(2));
