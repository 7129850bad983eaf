import { createSpool, type Spool } from './spool.ts';
import { countBytes, parseFrame, type SpooledRecord, toFrameParts } from './spooled-record.ts';

/** Records in the order they came: all of them in the spool, as many as memory allows beside it. */
export interface RecordQueue {
  append(record: SpooledRecord): void;
  /** The next records that were not taken yet; empty where the disk holds them and cannot be read. */
  take(limits: { readonly recordsMax: number; readonly bytesMax: number }): Promise<TakenRecords>;
  /** Everything up to and with `last` is in the database. */
  release(last: number): Promise<void>;
  /** Records that were not taken yet. */
  waiting(): number;
  /** Records that were not released yet. */
  unwritten(): number;
  memoryBytes(): number;
  readonly spool: Spool;
}

export interface TakenRecords {
  readonly records: readonly SpooledRecord[];
  readonly last: number;
  /** Frames that could not be read back. */
  readonly lost: number;
}

interface Entry {
  readonly number: number;
  readonly record: SpooledRecord;
  readonly bytes: number;
}

/**
 * What the objects of one waiting record take beside their bytes: some fifty of them are 4 KB of heap, and up to 14 KB of
 * resident memory while much of it comes and goes (8,000 records of 1.8 KB, Bun 1.4.5). Counted by their bytes alone, 64 MB
 * of records were half a gigabyte.
 */
const OBJECTS_BYTES = 8_000;

/** Opens a queue on a spool in `folder`. Beyond `memoryBytesMax` records are read back from the spool, in order. */
export function createRecordQueue(folder: string, memoryBytesMax: number): RecordQueue {
  const spool = createSpool(folder);
  /** The records after `taken`, without a gap; what came after memory was full is in the spool only. */
  let entries: Entry[] = [];
  /** Taking from the front of a long list moves all of it, so what was taken stays until it is half of the list. */
  let next = 0;
  let memoryBytes = 0;
  let hasGap = false;
  let appended = 0;
  let taken = 0;
  let released = 0;

  function takeFromMemory(recordsMax: number, bytesMax: number): TakenRecords {
    const records: SpooledRecord[] = [];
    for (let bytes = 0; records.length < recordsMax && bytes < bytesMax;) {
      const entry = entries[next];
      if (!entry) break;
      next += 1;
      records.push(entry.record);
      bytes += entry.bytes;
      memoryBytes -= entry.bytes;
      taken = entry.number;
    }
    if (next * 2 >= entries.length) {
      entries = entries.slice(next);
      next = 0;
    }
    return { records, last: taken, lost: 0 };
  }

  async function takeFromSpool(recordsMax: number, bytesMax: number): Promise<TakenRecords> {
    await spool.flush();
    const { first, frames } = await spool.read(taken + 1);
    const read = parseFrames(frames.slice(0, recordsMax), bytesMax);
    const lost = frames.length > 0 ? first - taken - 1 + read.damaged : 0;
    if (frames.length > 0) taken = first + read.count - 1;
    hasGap = taken < appended;
    return { records: read.records, last: taken, lost };
  }

  return {
    spool,
    append(record) {
      appended = spool.append(toFrameParts(record));
      const bytes = countBytes(record) + OBJECTS_BYTES;
      if (memoryBytes + bytes > memoryBytesMax) hasGap = true;
      if (hasGap) return;
      entries.push({ number: appended, record, bytes });
      memoryBytes += bytes;
    },
    async take({ recordsMax, bytesMax }) {
      if (next < entries.length) return takeFromMemory(recordsMax, bytesMax);
      return taken < appended ? takeFromSpool(recordsMax, bytesMax) : { records: [], last: taken, lost: 0 };
    },
    async release(last) {
      released = last;
      await spool.release(last);
    },
    waiting: () => appended - taken,
    unwritten: () => appended - released,
    memoryBytes: () => memoryBytes,
  };
}

/** Parses frames until they fill a batch; a frame that cannot be understood is counted and passed over. */
export function parseFrames(
  frames: readonly Buffer[],
  bytesMax: number,
): { records: SpooledRecord[]; count: number; damaged: number } {
  const records: SpooledRecord[] = [];
  let bytes = 0;
  let count = 0;
  for (const frame of frames) {
    if (bytes >= bytesMax) break;
    count += 1;
    bytes += frame.byteLength;
    const record = findRecord(frame);
    if (record) records.push(record);
  }
  return { records, count, damaged: count - records.length };
}

function findRecord(frame: Buffer): SpooledRecord | null {
  try {
    return parseFrame(frame);
  } catch {
    return null;
  }
}
