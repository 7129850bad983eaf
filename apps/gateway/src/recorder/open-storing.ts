import {
  type PgConnection,
  type RecordWriter,
  type SearchFiller,
  type StorageLog,
  type CacheJudge,
  type WrittenBatch,
  createCacheJudge,
  createRecordWriter,
  createSearchFiller,
} from '@nexus/storage';
import type { WorkerSettings } from './thread-messages.ts';

/** What the recorder's thread does with the database. */
export interface Storing {
  /** Null where storing is off. */
  readonly writer: RecordWriter | null;
  readonly useConnection: (connection: PgConnection | string) => void;
  /** Ends within `deadlineMs`; what is not written or read by then is left to the next process. */
  readonly close: (deadlineMs: number) => Promise<void>;
}

export interface StoringWorld {
  readonly clock: () => number;
  readonly newId: () => string;
  readonly log: StorageLog;
  readonly onOrphan: (folder: string) => Promise<void>;
  readonly ownBytes: () => number;
  readonly onWritten: (batch: WrittenBatch) => void;
}

/** Records go first: while so many wait, what was said before is not made searchable. */
const WAITING_RECORDS_MAX = 200;

/** The writer of records, and behind it what makes searchable what was written, and what tells how it used the prompt cache. */
export function openStoring(settings: WorkerSettings, world: StoringWorld): Storing {
  const { spoolDir, connection, prepared, spoolBytesMax, recorderBytesMax } = settings;
  if (spoolDir === null) return { writer: null, useConnection: () => {}, close: () => Promise.resolve() };
  let filler: SearchFiller | null = null;
  let judge: CacheJudge | null = null;
  const writer = createRecordWriter({
    spoolDir,
    connection,
    prepared,
    limits: { memoryBytesMax: recorderBytesMax, spoolBytesMax },
    ...world,
    onWritten: (batch) => {
      world.onWritten(batch);
      filler?.wake();
      judge?.wake();
    },
  });
  filler = openFiller(settings, { ...world, writer });
  judge = createCacheJudge({ ...settings, ...world, isBusy: () => isBusy(writer) });
  return {
    writer,
    useConnection: (found) => {
      writer.useConnection(found);
      filler?.useConnection(found);
      judge?.useConnection(found);
    },
    close: async (deadlineMs) => {
      await Promise.all([writer.close(deadlineMs), filler?.close(deadlineMs), judge?.close(deadlineMs)]);
    },
  };
}

function openFiller(
  { connection, prepared, searchDays }: WorkerSettings,
  { clock, log, writer }: Pick<StoringWorld, 'clock' | 'log'> & { readonly writer: RecordWriter },
): SearchFiller | null {
  if (searchDays === null) return null;
  return createSearchFiller({
    connection,
    prepared,
    daysMax: searchDays,
    isBusy: () => isBusy(writer),
    clock,
    log,
  });
}

function isBusy(writer: RecordWriter): boolean {
  return writer.stats().queuedRecords > WAITING_RECORDS_MAX;
}
