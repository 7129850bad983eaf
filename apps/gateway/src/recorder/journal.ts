import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { ExchangeRecord } from './recorder.ts';

/** What a journal says of an exchange: read back at its end, or by the next process. */
export interface JournalContent {
  readonly record: ExchangeRecord | null;
  readonly requestBody: Uint8Array | null;
  readonly pieces: readonly JournalPiece[];
  /** The exchange had ended, and `record` is its last word. */
  readonly ended: boolean;
}

export interface JournalPiece {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** The file of one open exchange. Headers in it must be masked already. Methods throw what the file system throws. */
export interface JournalFile {
  readonly path: string;
  addRecord(record: ExchangeRecord): void;
  addRequestBody(body: Uint8Array): void;
  addPieces(pieces: readonly JournalPiece[]): void;
  /** Marks the end, so that a process that dies now leaves the true record and not an interrupted one. */
  addEnd(record: ExchangeRecord): void;
  read(): JournalContent;
  /** Bytes on disk. */
  bytes(): number;
  close(): void;
  remove(): void;
}

const RECORD = 1;
const REQUEST_BODY = 2;
const PIECE = 3;
const END = 4;
/** kind u8, length u32, crc32 of the content begun with the kind (so that zeros are no frame) u32; little endian. */
const HEAD_BYTES = 9;
const INSTANT_BYTES = 8;

/** The folder of journals inside a writer's folder. */
export function toJournalFolder(writerFolder: string): string {
  return join(writerFolder, 'open');
}

/** Begins the journal of `requestId`. Written without fsync: it outlives the process, which is what it is for. */
export function createJournalFile(folder: string, requestId: string): JournalFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${requestId}.journal`);
  const file = openSync(path, 'w', 0o600);
  let isOpen = true;
  let wholeBytes = 0;
  const append = (bytes: Uint8Array): void => {
    try {
      writeWhole(file, bytes);
      wholeBytes += bytes.byteLength;
    } catch (error) {
      // A full disk takes half a frame, which would hide everything written behind it later.
      ftruncateSync(file, wholeBytes);
      throw error;
    }
  };
  const add = (kind: number, parts: readonly Uint8Array[]): void => append(toFrame(kind, parts));
  return {
    path,
    addRecord: (record) => add(RECORD, [toJsonBytes(record)]),
    addRequestBody: (body) => add(REQUEST_BODY, [body]),
    addPieces: (pieces) => append(Buffer.concat(pieces.map(toPieceFrame))),
    addEnd: (record) => add(END, [toJsonBytes(record)]),
    read: () => readJournal(path),
    bytes: () => wholeBytes,
    close() {
      if (isOpen) closeSync(file);
      isOpen = false;
    },
    remove() {
      this.close();
      rmSync(path, { force: true });
    },
  };
}

/** Reads what is whole of a journal; a torn end is left out. */
export function readJournal(path: string): JournalContent {
  let record: ExchangeRecord | null = null;
  let requestBody: Uint8Array | null = null;
  let ended = false;
  const pieces: JournalPiece[] = [];
  for (const { kind, bytes } of readFrames(readFileSync(path))) {
    if (kind === RECORD || kind === END) record = toRecord(bytes);
    if (kind === END) ended = true;
    if (kind === REQUEST_BODY) requestBody = bytes;
    if (kind === PIECE) pieces.push(toPiece(bytes));
  }
  return { record, requestBody, pieces, ended };
}

/** Paths of the journals in `folder`, oldest first (request ids are ordered by time). */
export function listJournals(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.journal'));
    return names.sort().map((name) => join(folder, name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/**
 * Journals of `requestIds` in whatever writer's folder below `spoolDir` they stand; of two, the one that says more. A
 * recorder that takes over from one that died finds in them what its exchanges in flight had handed over.
 */
export function findJournals(spoolDir: string, requestIds: ReadonlySet<string>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  if (requestIds.size === 0) return found;
  for (const name of readdirSync(spoolDir)) {
    for (const path of listJournals(toJournalFolder(join(spoolDir, name)))) {
      const requestId = toRequestId(path);
      if (!requestIds.has(requestId)) continue;
      const other = found.get(requestId);
      if (other === undefined || statSync(other).size < statSync(path).size) found.set(requestId, path);
    }
  }
  return found;
}

/** Says that whoever works in `writerFolder` lives at `nowMs` (epoch). One file for all of its exchanges. */
export function noteAlive(writerFolder: string, nowMs: number): void {
  const path = join(writerFolder, ALIVE);
  writeFileSync(path, '', { mode: 0o600 });
  utimesSync(path, nowMs / 1000, nowMs / 1000);
}

/** When whoever worked in `writerFolder` last said that it lives, in epoch milliseconds; null where it never did. */
export function findAliveAtMs(writerFolder: string): number | null {
  return statSync(join(writerFolder, ALIVE), { throwIfNoEntry: false })?.mtimeMs ?? null;
}

const ALIVE = 'alive';

export function toRequestId(journalPath: string): string {
  return journalPath.slice(journalPath.lastIndexOf('/') + 1, -'.journal'.length);
}

/** A file of the spool, such as a lock, is no writer's folder. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function toFrame(kind: number, parts: readonly Uint8Array[]): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  const bytes = Buffer.concat([head, ...parts]);
  const content = bytes.subarray(HEAD_BYTES);
  bytes.writeUInt8(kind, 0);
  bytes.writeUInt32LE(content.byteLength, 1);
  bytes.writeUInt32LE(crc32(content, kind), 5);
  return bytes;
}

function toPieceFrame({ atMs, bytes }: JournalPiece): Buffer {
  const instant = Buffer.alloc(INSTANT_BYTES);
  instant.writeDoubleLE(atMs);
  return toFrame(PIECE, [instant, bytes]);
}

function toPiece(bytes: Uint8Array): JournalPiece {
  const atMs = new DataView(bytes.buffer, bytes.byteOffset, INSTANT_BYTES).getFloat64(0, true);
  return { atMs, bytes: bytes.subarray(INSTANT_BYTES) };
}

function toJsonBytes(record: ExchangeRecord): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(record));
}

/** A record that this program wrote, whose checksum was right: its shape is ours. */
function toRecord(bytes: Uint8Array): ExchangeRecord {
  const record: ExchangeRecord = JSON.parse(new TextDecoder().decode(bytes));
  return record;
}

function* readFrames(file: Buffer): Generator<{ kind: number; bytes: Uint8Array }> {
  let offset = 0;
  while (offset + HEAD_BYTES <= file.byteLength) {
    const end = offset + HEAD_BYTES + file.readUInt32LE(offset + 1);
    if (end > file.byteLength) return;
    const bytes = file.subarray(offset + HEAD_BYTES, end);
    const kind = file.readUInt8(offset);
    if (crc32(bytes, kind) !== file.readUInt32LE(offset + 5)) return;
    yield { kind, bytes };
    offset = end;
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.byteLength) written += writeSync(file, bytes, written);
}
