import { isBatchResults } from '@nexus/anthropic';
import { type BatchFeed, createBatchFeed } from './batch-feed.ts';
import type { EndedExchange } from './ended-exchange.ts';
import { type JournalContent, type JournalFile, type JournalPiece, createJournalFile } from './journal.ts';
import { maskRecord } from './mask-record.ts';
import type { ExchangeRecord } from './recorder.ts';

/** One exchange in flight as the worker holds it: in memory at first, in a journal once it is long or large. */
export interface OpenExchange {
  readonly requestId: string;
  readonly openedAtMs: number;
  /** Bytes it holds in memory. */
  memoryBytes(): number;
  setRecord(record: ExchangeRecord): void;
  setRequestBody(body: Uint8Array): void;
  /** `areOurs`: the bytes may be kept as they are; else they are copied out of the buffer they share with others. */
  addPieces(pieces: readonly PassedPiece[], areOurs: boolean): void;
  /** Something of it was given up before it came here. */
  markPayloadDropped(): void;
  /** Pieces of its answer are missing between those that came and those that will: what comes is timed and not kept. */
  markTorn(): void;
  /** Goes on from what its journal said when the recorder before this one died. */
  resume(content: JournalContent): void;
  /** Gives up what it holds in memory. */
  releaseMemory(): void;
  /** Moves what is in memory into the journal, made on the first call. Throws what the file system throws. */
  writeJournal(folder: string): void;
  /** Whether a process that dies now would leave less than is known here. */
  isJournalBehind(): boolean;
  /** Bytes it holds on disk. */
  journalBytes(): number;
  /** Everything it amounts to, also where the disk fails; null where not even a record came. */
  finish(): FinishedExchange | null;
}

export interface FinishedExchange {
  readonly exchange: EndedExchange;
  /** What reads the results of a batch while they pass; null where it fetched none. */
  readonly feed: BatchFeed | null;
  /** To be removed once the record is safe. */
  readonly journal: JournalFile | null;
  /** Why the journal did not give back what was written to it; null where it did. */
  readonly problem: Error | null;
}

export interface PassedPiece {
  readonly atMs: number;
  readonly length: number;
  /** Null where they were given up; what follows them is then left out too. */
  readonly bytes: Uint8Array | null;
}

export interface OpenExchangeOptions {
  readonly requestId: string;
  readonly openedAtMs: number;
  readonly responseBytesMax: number;
}

export function createOpenExchange(options: OpenExchangeOptions): OpenExchange {
  return new HeldExchange(options);
}

class HeldExchange implements OpenExchange {
  readonly requestId: string;
  readonly openedAtMs: number;
  private readonly responseBytesMax: number;
  private record: ExchangeRecord | null = null;
  private requestBody: Uint8Array | null = null;
  private pieces: JournalPiece[] = [];
  private pieceBytes = 0;
  private keptBytes = 0;
  private readonly timings: [atMs: number, bytes: number][] = [];
  private isTruncated = false;
  private isPayloadDropped = false;
  private journal: JournalFile | null = null;
  /** What the journal has; the last word of an exchange that goes on is asked for now and then. */
  private writtenRecord: ExchangeRecord | null = null;
  private feed: BatchFeed | null = null;

  constructor({ requestId, openedAtMs, responseBytesMax }: OpenExchangeOptions) {
    this.requestId = requestId;
    this.openedAtMs = openedAtMs;
    this.responseBytesMax = responseBytesMax;
  }

  memoryBytes(): number {
    return this.pieceBytes + (this.requestBody?.byteLength ?? 0);
  }

  setRecord(record: ExchangeRecord): void {
    const isFirst = this.record === null;
    this.record = record;
    // Results may be far longer than what is kept of them: they are read as they pass.
    if (isFirst && record.method === 'GET' && isBatchResults(record.path)) this.openFeed();
  }

  private openFeed(): void {
    this.feed = createBatchFeed();
    for (const { bytes } of this.pieces) this.feed.add(bytes);
    if (this.isTruncated) this.feed.cut();
  }

  setRequestBody(body: Uint8Array): void {
    this.requestBody = body;
  }

  addPieces(pieces: readonly PassedPiece[], areOurs: boolean): void {
    const kept: JournalPiece[] = [];
    for (const piece of pieces) {
      addTiming(this.timings, piece.atMs, piece.length);
      if (piece.bytes === null) this.feed?.cut();
      else this.feed?.add(piece.bytes);
      const bytes = this.toKept(piece);
      if (bytes === null) continue;
      kept.push({ atMs: piece.atMs, bytes });
      this.keptBytes += bytes.byteLength;
    }
    const joined = joinPieces(kept);
    if (joined === null) return;
    // Events are small: an array for each would weigh more than they do (300 bytes each, Bun 1.4.5).
    const bytes = kept.length === 1 && !areOurs ? joined.slice() : joined;
    this.pieces.push({ atMs: kept.at(-1)?.atMs ?? 0, bytes });
    this.pieceBytes += bytes.byteLength;
  }

  private toKept({ length, bytes }: PassedPiece): Uint8Array | null {
    const roomBytes = this.responseBytesMax - this.keptBytes;
    const kept = bytes === null || this.isTruncated ? null : bytes.subarray(0, roomBytes);
    if (kept === null || kept.byteLength < length) this.isTruncated = true;
    return kept === null || kept.byteLength === 0 ? null : kept;
  }

  markPayloadDropped(): void {
    this.isPayloadDropped = true;
  }

  markTorn(): void {
    this.isTruncated = true;
    this.feed?.cut();
  }

  resume({ record, requestBody, pieces }: JournalContent): void {
    if (record !== null) this.setRecord(record);
    this.requestBody = requestBody;
    this.addPieces(
      pieces.map(({ atMs, bytes }) => ({ atMs, length: bytes.byteLength, bytes })),
      true,
    );
  }

  releaseMemory(): void {
    this.isPayloadDropped = true;
    this.isTruncated = true;
    this.requestBody = null;
    this.pieces = [];
    this.pieceBytes = 0;
  }

  writeJournal(folder: string): void {
    if (this.record === null) return;
    this.journal ??= createJournalFile(folder, this.requestId);
    // Secrets never stand in a file, not even in one that lives for a second.
    if (this.writtenRecord !== this.record) this.journal.addRecord(maskRecord(this.record));
    this.writtenRecord = this.record;
    if (this.requestBody !== null) this.journal.addRequestBody(this.requestBody);
    this.requestBody = null;
    if (this.pieces.length > 0) this.journal.addPieces(this.pieces);
    this.pieces = [];
    this.pieceBytes = 0;
  }

  isJournalBehind(): boolean {
    return this.record !== null && (this.writtenRecord !== this.record || this.memoryBytes() > 0);
  }

  journalBytes(): number {
    return this.journal?.bytes() ?? 0;
  }

  finish(): FinishedExchange | null {
    const last = this.record;
    if (last === null) return null;
    const { written, problem } = this.endJournal(last);
    const exchange = {
      record: last,
      requestBody: this.requestBody ?? written.requestBody,
      responseBody: joinPieces([...written.pieces, ...this.pieces]),
      responseTimings: this.timings,
      isTruncated: this.isTruncated,
      isPayloadDropped: this.isPayloadDropped || problem !== null,
    };
    return { exchange, feed: this.feed, journal: this.journal, problem };
  }

  private endJournal(last: ExchangeRecord): { written: JournalContent; problem: Error | null } {
    try {
      const written = this.journal?.read() ?? NOTHING_WRITTEN;
      this.journal?.addEnd(maskRecord(last));
      return { written, problem: null };
    } catch (error) {
      return { written: NOTHING_WRITTEN, problem: error instanceof Error ? error : new Error(String(error)) };
    }
  }
}

const NOTHING_WRITTEN: JournalContent = { record: null, requestBody: null, pieces: [], ended: false };

/**
 * What a journal of a process that died amounts to; null where it says nothing. `aliveAtMs` (epoch) is when that process
 * was last known to live, null where nobody knows.
 */
export function toInterrupted(content: JournalContent, aliveAtMs: number | null): EndedExchange | null {
  const { record, requestBody, pieces, ended } = content;
  if (record === null) return null;
  const timings: [number, number][] = [];
  for (const { atMs, bytes } of pieces) addTiming(timings, atMs, bytes.byteLength);
  const exchange = {
    record,
    requestBody,
    responseBody: joinPieces(pieces),
    responseTimings: timings,
    isTruncated: false,
    isPayloadDropped: false,
  };
  if (!ended) return interrupt(exchange, aliveAtMs);
  return { ...exchange, isTruncated: (exchange.responseBody?.byteLength ?? 0) < record.responseBytes };
}

/**
 * The same exchange as one that its end never reached. It lasted at least until its last piece, and until `aliveAtMs`
 * where that is known: of a caller who waits for a first byte there is no piece.
 */
export function interrupt(exchange: EndedExchange, aliveAtMs: number | null): EndedExchange {
  const { record, responseBody, responseTimings } = exchange;
  const [lastPieceMs] = responseTimings.at(-1) ?? [0];
  const durationMs = Math.max(
    record.durationMs,
    Math.round((record.firstByteMs ?? 0) + lastPieceMs),
    aliveAtMs === null ? 0 : Math.round(aliveAtMs - record.startedAtMs),
  );
  const responseBytes = responseTimings.reduce((sum, [, bytes]) => sum + bytes, 0);
  return {
    ...exchange,
    record: { ...record, outcome: 'interrupted', durationMs, responseBytes },
    isTruncated: exchange.isTruncated || responseBody !== null,
  };
}

/** More pieces than this are told as one: 2 bytes each in the database, and nobody looks closer. */
const TIMINGS_MAX = 20_000;

function addTiming(timings: [number, number][], atMs: number, bytes: number): void {
  const last = timings.at(-1);
  if (last && timings.length >= TIMINGS_MAX) last[1] += bytes;
  else timings.push([atMs, bytes]);
}

function joinPieces(pieces: readonly JournalPiece[]): Uint8Array | null {
  const [first] = pieces;
  if (first === undefined) return null;
  if (pieces.length === 1) return first.bytes;
  let length = 0;
  for (const { bytes } of pieces) length += bytes.byteLength;
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const { bytes } of pieces) {
    joined.set(bytes, offset);
    offset += bytes.byteLength;
  }
  return joined;
}
