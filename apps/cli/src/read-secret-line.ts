import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** One line of standard input; what a person types is not shown, since it is a key or a code. */
export async function readSecretLine(prompt: string): Promise<string> {
  const isPerson = process.stdin.isTTY;
  if (isPerson) process.stderr.write(prompt);
  const unseen = new Writable({ write: (_text, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: unseen, terminal: isPerson });
  try {
    if (isPerson) return await lines.question('');
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (isPerson) process.stderr.write('\n');
  }
}
