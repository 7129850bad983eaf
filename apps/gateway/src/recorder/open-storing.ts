import {
  type PgConnection,
  type RecordWriter,
  type Follower,
  type JudgedTurn,
  type StorageLog,
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
  /** Told of turns once, when it is known how they used the prompt cache. */
  readonly onJudged: (turns: readonly JudgedTurn[]) => void;
}

/** Records go first: while so many wait, nobody looks at those that were written. */
const WAITING_RECORDS_MAX = 200;

/** The writer of records, and behind it those who look at what was written. */
export function openStoring(settings: WorkerSettings, world: StoringWorld): Storing {
  const { spoolDir, connection, prepared, spoolBytesMax, recorderBytesMax } = settings;
  if (spoolDir === null) return { writer: null, useConnection: () => {}, close: () => Promise.resolve() };
  let followers: readonly Follower[] = [];
  const writer = createRecordWriter({
    spoolDir,
    connection,
    prepared,
    limits: { memoryBytesMax: recorderBytesMax, spoolBytesMax },
    ...world,
    onWritten: (batch) => {
      world.onWritten(batch);
      for (const follower of followers) follower.wake();
    },
  });
  followers = openFollowers(settings, { ...world, isBusy: () => writer.stats().queuedRecords > WAITING_RECORDS_MAX });
  return {
    writer,
    useConnection: (found) => {
      writer.useConnection(found);
      for (const follower of followers) follower.useConnection(found);
    },
    close: async (deadlineMs) => {
      await Promise.all([writer, ...followers].map((one) => one.close(deadlineMs)));
    },
  };
}

/** What tells how the prompt cache was used, and, where there is a search, what makes searchable what was said. */
function openFollowers(
  settings: WorkerSettings,
  world: Pick<StoringWorld, 'clock' | 'log' | 'onJudged'> & { readonly isBusy: () => boolean },
): Follower[] {
  const judge = createCacheJudge({ ...settings, ...world });
  if (settings.searchDays === null) return [judge];
  return [judge, createSearchFiller({ ...settings, ...world, daysMax: settings.searchDays })];
}
