import type { Link, RecordedRequest, RequestFacts } from '@nexus/core';
import type { PgConnection } from '../connection.ts';
import type { StorageLog } from '../storage-log.ts';

/** How a record gets from the recorder into the database. Runs in the recorder's worker thread. */
export interface RecordWriter {
  /** This process's own folder below `spoolDir`, locked while we live; the recorder may keep files of its own in it. */
  readonly folder: string;
  /** Takes one finished record. Returns at once, never throws; what cannot be kept is counted. */
  append(record: RecordedRequest): void;
  /** Whether the bound of the spool leaves payload room for so many bytes more. */
  hasRoom(bytes: number): boolean;
  /** Everything appended so far is on disk when this resolves, or the disk refuses and `lastProblem` says why. */
  flush(): Promise<void>;
  /** Puts everything appended so far where the next one that adopts this folder finds it: the last word of a thread that dies. */
  saveNow(): void;
  /** Names the database where it was not known at start. */
  useConnection(connection: PgConnection | string): void;
  stats(): RecordWriterStats;
  /** Takes over folders whose process is gone and gives their number. Runs by itself at start and every minute. */
  adoptOrphans(): Promise<number>;
  /** Writes what the database takes within `deadlineMs`; the rest stays in the spool for the next process. */
  close(deadlineMs: number): Promise<void>;
}

export interface RecordWriterOptions {
  /** Holds one folder for each process. */
  readonly spoolDir: string;
  /** Null while the database is not known yet: records are spooled meanwhile. */
  readonly connection: PgConnection | string | null;
  /** False behind a pooler that shares sessions between clients. */
  readonly prepared: boolean;
  readonly limits: RecordWriterLimits;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** Told the records of each batch that was really inserted (a replayed one is not told again). */
  readonly onWritten?: (batch: WrittenBatch) => void;
  /** Told a folder whose process is gone, before its frames are read; files the recorder left there are its own to adopt. */
  readonly onOrphan?: (folder: string) => Promise<void>;
  /** Bytes of the files that the recorder keeps in `folder`; they count towards the bound of the spool. */
  readonly ownBytes?: () => number;
  readonly log: StorageLog;
}

/** What a batch left in the database. */
export interface WrittenBatch {
  /** Requests that were new, with their places; `facts.conversationId` is the conversation they were linked into. */
  readonly requests: readonly WrittenRequest[];
  /** Requests that were there before and have another place now. */
  readonly relinked: readonly RelinkedRequest[];
  /** Messages of batches that were counted for the first time, each as if it were a request; absent where there are none. */
  readonly batchMessages?: readonly RequestFacts[];
}

export interface WrittenRequest {
  readonly facts: RequestFacts;
  readonly link: Link;
  /** The conversation that the request was said to belong to before it was linked. */
  readonly provisionalConversationId: string;
}

export interface RelinkedRequest {
  readonly before: Link;
  readonly after: Link;
}

export interface RecordWriterLimits {
  /** Records that wait in memory beside the spool. Beyond it they are read back from there. */
  readonly memoryBytesMax: number;
  /** Beyond nine tenths of it payload is dropped, beyond it whole records. */
  readonly spoolBytesMax: number;
  /** How long a record may wait for others to be written with; a second unless told, less only in tests. */
  readonly batchMs?: number;
}

export interface RecordWriterStats {
  /** `spooling`: the database is away. `dropping-payload`: and the spool is nearly full. */
  readonly state: 'writing' | 'spooling' | 'dropping-payload';
  /** Records that are not in the database yet. */
  readonly queuedRecords: number;
  readonly queuedBytes: number;
  readonly spoolBytes: number;
  readonly spoolBytesMax: number;
  readonly writtenRecords: number;
  readonly droppedPayloads: number;
  readonly droppedRecords: number;
  readonly lastWriteAtMs: number | null;
  readonly lastProblem: string | null;
}
