import { ExportLine, toCurrentLine } from '@nexus/contract';
import { toImportError } from './import-error.ts';

/** A line of an export, and its number from 1. */
export interface NumberedLine {
  readonly number: number;
  readonly line: ExportLine;
}

/** A request of an export holds an answer of at most 64 MB, which JSON may write with two bytes for one. */
const LINE_BYTES_MAX = 201_326_592;

/** The lines of an export, one in memory at a time. @throws {GatewayError} `import-invalid` with the number of the line. */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<NumberedLine, void> {
  let number = 0;
  for await (const text of toLineTexts(bytes)) {
    number += 1;
    if (text.length > 0) yield { number, line: parseLine(text, number) };
  }
}

function parseLine(text: Buffer, number: number): ExportLine {
  const parsed = ExportLine.safeParse(toCurrentLine(parseJson(text, number)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw toImportError(number, `is no line of an export (${issue?.path.join('.') ?? ''} ${issue?.message ?? ''})`);
}

function parseJson(text: Buffer, number: number): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    throw toImportError(number, 'is no JSON');
  }
}

async function* toLineTexts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer, void> {
  let number = 1;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  for await (const piece of bytes) {
    const chunk = Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      yield Buffer.concat([...pending, chunk.subarray(from, end)]);
      [pending, pendingBytes, from, number] = [[], 0, end + 1, number + 1];
    }
    // A copy: who reads a file may fill the same buffer again.
    pending.push(Buffer.from(chunk.subarray(from)));
    pendingBytes += chunk.byteLength - from;
    if (pendingBytes > LINE_BYTES_MAX) throw toImportError(number, 'is longer than 192 MB');
  }
  if (pendingBytes > 0) yield Buffer.concat(pending);
}

const LINE_FEED = 0x0a;
