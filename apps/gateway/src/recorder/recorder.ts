import type { ErrorCode } from '@nexus/contract';
import type { AbandonedCall, Attempt, ErrorDetail, HeaderList, Outcome, PhaseTimings, RequestFacts } from '@nexus/core';
import type { RecordWriterStats, WrittenBatch } from '@nexus/storage';
import type { MetricFamily } from '@nexus/telemetry';

/**
 * What the data plane knows of an exchange when it hands it over. Header values are still as they came: the worker
 * masks them before anything is written. Everything that needs the parsed bodies is added by the worker.
 */
export interface ExchangeRecord {
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly domain: string;
  readonly keyId: string | null;
  /** Whom and what the key of the caller is for; absent in a journal of a version that did not tell. */
  readonly keyOwner?: string | null;
  readonly keyProject?: string | null;
  readonly accountId: string | null;
  /** Where the account sends requests; absent where that is CLAUDE_API_BASE_URL, so that most records need not carry it. */
  readonly upstreamUrl?: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** What the byte scan found; the worker's parse of the body decides in the record. */
  readonly model: string | null;
  readonly stream: boolean;
  readonly sessionId: string | null;
  /** Cheap key that requests of one conversation share: session header, else session in `metadata`, else a hash of the opening. */
  readonly affinityKey: string;
  readonly status: number | null;
  readonly outcome: Outcome;
  readonly errorCode: ErrorCode | null;
  readonly errorDetail: ErrorDetail | null;
  /** Empty where the first account that was asked answered. */
  readonly attempts: readonly Attempt[];
  /** Those of them that had used something; absent where none had. */
  readonly abandonedCalls?: readonly AbandonedCall[];
  readonly phases: PhaseTimings;
  readonly firstByteMs: number | null;
  readonly firstTokenMs: number | null;
  readonly durationMs: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  readonly responseEncoding: string | null;
}

/** How the recorder is doing; `state` says what it does with a record now. */
export interface RecorderStats extends Omit<RecordWriterStats, 'state'> {
  /** `off`: nothing is stored. */
  readonly state: RecordWriterStats['state'] | 'off';
  readonly openExchanges: number;
}

/**
 * The main thread's end of the recorder. Every method returns at once; messages are gathered and posted to the worker
 * once per flush. Bodies handed to `end` and `keepPiece` are transferred: the caller must not touch them afterwards.
 */
export interface Recorder {
  /**
   * An exchange goes upstream. Where it outlives one flush, its record is asked for and its body copied, so the caller
   * keeps using its own; from then on a dying process leaves an `interrupted` record. Where it does not, this costs next
   * to nothing.
   */
  begin(requestId: string, readRecord: () => ExchangeRecord, requestBody: Uint8Array | null): void;
  /**
   * Says anew what is known of a running exchange, so that a process that dies leaves that and not what was known at the
   * beginning. `requestBody` is read where the worker has none of this exchange.
   */
  refresh(requestId: string, readRecord: () => ExchangeRecord, requestBody: Uint8Array | null): void;
  /** Whether the worker was told of this exchange; no longer where the worker died that was. */
  knows(requestId: string): boolean;
  /** Moves a piece of a long answer out of this thread's memory. `atMs` is counted from the first byte. */
  keepPiece(requestId: string, piece: Uint8Array, atMs: number): void;
  /** The exchange is over, on whatever path; called exactly once. `requestBody` is only read if `begin` was never posted. */
  end(record: ExchangeRecord, requestBody: Uint8Array | null, lastPieces: readonly RecordedPiece[]): void;
  stats(): RecorderStats;
  /** What was counted of requests, in the worker; where it does not answer within five seconds, what it said last. */
  loadMetrics(): Promise<readonly MetricFamily[]>;
  /** Told after the worker has a complete record (not yet in the database), while `wants` says so. */
  onRecorded(listener: RecordedListener, wants?: () => boolean): void;
  /**
   * Told each batch after it was linked and written: the places of its requests, and who else has another place now. The
   * conversation that `onRecorded` told was provisional.
   */
  onWritten(listener: WrittenListener, wants?: () => boolean): void;
  /** Told that something was recorded or written of which nobody wanted to be told. */
  onUntold(listener: () => void): void;
  /** Asks listeners anew what they want, without waiting for the next flush. */
  askWanted(): void;
  /** Told of an exchange that ended and of which there will be no record, nor a log line of the recorder's. */
  onGivenUp(listener: (record: ExchangeRecord) => void): void;
  /** Flushes, writes what the database takes within `deadlineMs`, leaves the rest in the spool, ends the worker. */
  close(deadlineMs: number): Promise<void>;
}

/** `readFacts` gives what was recorded; reading costs, so whoever needs no facts leaves it. */
export type RecordedListener = (readFacts: () => RequestFacts) => void;

export interface RecordedPiece {
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** `readBatch` gives what was written, to be left as well where nobody needs it. */
export type WrittenListener = (readBatch: () => WrittenBatch) => void;
