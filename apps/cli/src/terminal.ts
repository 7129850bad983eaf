import type { Environment } from '@nexus/config';

/** The world of a command: where it reads settings from and where it writes. */
export interface Terminal {
  readonly env: Environment;
  /** Path of the Bun that runs this, which tells how a person runs our commands. */
  readonly program: string;
  /** One text with a line end to standard output. */
  print(text: string): void;
  /** One text with a line end to standard error. */
  printError(text: string): void;
  /** Whether a person looks at standard output. */
  readonly isInteractive: boolean;
  /** One line of what a person types, unseen, or a script sends; empty at its end. The prompt is for a person only. */
  readSecretLine(prompt: string): Promise<string>;
  /** Ends the process at once, whatever still waits in it. What was printed and not yet read is lost. */
  exit(code: number): void;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
}
