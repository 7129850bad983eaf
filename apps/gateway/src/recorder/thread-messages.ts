import type { PriceTable } from '@nexus/core';
import type { PgConnection } from '@nexus/storage';
import type { LogShape, MetricFamily } from '@nexus/telemetry';
import type { ExportSettings } from '../export/export-settings.ts';
import type { ExchangeRecord, RecorderStats } from './recorder.ts';

/** Where some bytes stand in the buffers of a batch: buffer, offset, length. */
export type ByteSpan = readonly [buffer: number, offset: number, length: number];

/** One piece of an answer; `span` is null where the bytes were given up under pressure. */
export interface SentPiece {
  readonly atMs: number;
  readonly length: number;
  readonly span: ByteSpan | null;
}

/** Everything that happened to one exchange since the last flush. */
export interface ExchangeUpdate {
  readonly requestId: string;
  /** Present at the beginning, when something new is known, and at the end. */
  readonly record: ExchangeRecord | null;
  readonly ended: boolean;
  /** Present once, with the first update of an exchange that has a body. */
  readonly body: ByteSpan | null;
  /** A body or a piece of this exchange was given up under pressure. */
  readonly isPayloadDropped: boolean;
  /** Pieces that were sent before went down with a worker: those that follow have a gap before them. */
  readonly isTorn: boolean;
  readonly pieces: readonly SentPiece[];
}

/**
 * One flush. The updates travel as JSON text: cloning the objects costs the main thread four times as much (10 µs an
 * exchange against 2.5, Bun 1.4.5), and the bytes travel in transferred buffers.
 */
export interface SentBatch {
  readonly type: 'batch';
  readonly sequence: number;
  /** JSON of `ExchangeUpdate[]`, all without their records. */
  readonly updates: string;
  /** The JSON of the record of each, where it has one: made at the end of its exchange, while all of it is at hand. */
  readonly records: readonly (string | null)[];
  readonly buffers: readonly ArrayBuffer[];
}

export type ToWorker =
  | SentBatch
  /** The database's address became known; until then everything is spooled. */
  | { readonly type: 'connect'; readonly connection: PgConnection | string }
  | { readonly type: 'want'; readonly wanted: Wanted }
  /** What was counted of requests is asked for. */
  | { readonly type: 'metrics' }
  | { readonly type: 'close'; readonly deadlineMs: number };

/** What the worker knows of the stats; the main thread adds its own queue. */
export type WorkerStats = Omit<RecorderStats, 'spoolBytesMax'>;

export type FromWorker =
  /** A batch was taken in: its bytes no longer count as queued. */
  | ({ readonly type: 'taken'; readonly sequence: number } & WorkerNews)
  | ({ readonly type: 'news' } & WorkerNews)
  | { readonly type: 'metrics'; readonly families: readonly MetricFamily[] }
  | ({ readonly type: 'log' } & LogLine)
  | ({ readonly type: 'closed' } & WorkerNews);

/** What somebody in the main thread listens to now. Text that nobody reads still costs it 4 µs an exchange to receive. */
export interface Wanted {
  readonly recorded: boolean;
  readonly written: boolean;
}

export interface WorkerNews {
  readonly stats: WorkerStats;
  /** The log lines of exchanges that ended since the last news, finished. */
  readonly lines: string;
  /**
   * What was recorded since the last news, each the JSON of its `RequestFacts`. As text, because taking a clone costs
   * the main thread 9 µs an exchange (Bun 1.4.5), and where nobody watches the text is never read.
   */
  readonly recorded: readonly string[];
  /** Batches that were linked and written since the last news, each the JSON of its `WrittenBatch`. */
  readonly written: readonly string[];
  /** Something was recorded or written that nobody wanted to be told of. */
  readonly isUntold: boolean;
}

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** What a worker is started with. */
export interface WorkerSettings {
  /** Holds the spool and the journals of open exchanges; null switches storing off. */
  readonly spoolDir: string | null;
  /** Null while the database is not known yet. */
  readonly connection: PgConnection | string | null;
  readonly prepared: boolean;
  readonly spoolBytesMax: number;
  readonly recorderBytesMax: number;
  readonly responseBytesMax: number;
  /** What requests are priced by. */
  readonly prices: PriceTable;
  /** Days for which what was said can be searched; null where this thread leaves the search alone. */
  readonly searchDays: number | null;
  /** Who else is told of requests; null where nobody is. */
  readonly exports: ExportSettings | null;
  /** Exchanges that were in flight when a worker before this one died; their ends are still to come. */
  readonly liveRequestIds: readonly string[];
  readonly wanted: Wanted;
  readonly logShape: LogShape;
}
