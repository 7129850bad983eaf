import path from 'node:path';
import type { Problem } from './problem.ts';

export interface TextReader {
  readonly readText: (path: string) => string;
  readonly workingDir: string;
}

/** The text of a file that holds one secret, without the line end that editors add; or why it cannot be read. */
export function readSecretFile(
  reader: TextReader,
  file: string,
  asked: { path: string; env: string; source: string },
): { ok: true; text: string } | { ok: false; problem: Problem } {
  try {
    const text = reader.readText(path.resolve(reader.workingDir, file)).trim();
    if (text !== '') return { ok: true, text };
    return { ok: false, problem: { ...asked, message: `the file ${file} is empty` } };
  } catch (failure) {
    return { ok: false, problem: { ...asked, message: `cannot read the file ${file} (${toReason(failure)})` } };
  }
}

/** `ENOENT`, `EACCES`… or the message. */
export function toReason(failure: unknown): string {
  if (!(failure instanceof Error)) return String(failure);
  return 'code' in failure && typeof failure.code === 'string' ? failure.code : failure.message;
}
