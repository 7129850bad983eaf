import { rmSync } from 'node:fs';
import type { PriceTable, RequestFacts } from '@nexus/core';
import type { RecordWriter } from '@nexus/storage';
import type { ToldRequest } from '../export/told-request.ts';
import { buildRecord } from './build-record.ts';
import type { EndedExchange } from './ended-exchange.ts';
import {
  type JournalContent,
  findAliveAtMs,
  findJournals,
  listJournals,
  noteAlive,
  readJournal,
  toJournalFolder,
  toRequestId,
} from './journal.ts';
import {
  type FinishedExchange,
  type OpenExchange,
  createOpenExchange,
  interrupt,
  toInterrupted,
} from './open-exchange.ts';
import { hasBatch, readBatch } from './read-batch.ts';
import type { ExchangeRecord } from './recorder.ts';
import type { ByteSpan, ExchangeUpdate } from './thread-messages.ts';

/** The worker's book of exchanges in flight: takes updates, and makes a record of each exchange that ends. */
export interface ExchangeKeeper {
  /** Takes one update; no buffers at all mean that its bytes are lost. Facts of an exchange that ended go to `onRecorded`. */
  take(update: ExchangeUpdate, buffers: readonly ArrayBuffer[]): void;
  /** To be called about once a second: journals what is long, forgets journals whose record is safe. */
  tick(): void;
  /**
   * Goes on with the exchanges in flight of a keeper that died in this process, from their journals below `spoolDir`. To be
   * called before anything is taken.
   */
  resume(spoolDir: string): void;
  /** Records what another process left unfinished in `writerFolder`. */
  adopt(writerFolder: string): void;
  /** Ends everything still open as `interrupted`. */
  finishAll(): void;
  /** Resolves when all that ended is recorded: results of batches are read behind their end. */
  settled(): Promise<void>;
  stats(): ExchangeKeeperStats;
  /** Removes journals whose record was handed over before; call once the writer has closed. */
  removeFinishedJournals(): void;
}

export interface ExchangeKeeperStats {
  readonly openExchanges: number;
  /** What they hold in memory. */
  readonly openBytes: number;
  /** What they hold on disk. */
  readonly journalBytes: number;
  /** Exchanges whose bodies were given up here, because a journal could not be written or read. */
  readonly droppedPayloads: number;
  readonly lastProblem: string | null;
}

export interface ExchangeKeeperOptions {
  /** Where finished records go, and the folder for journals; null where storing is off. */
  readonly writer: Pick<RecordWriter, 'append' | 'hasRoom' | 'folder'> | null;
  readonly responseBytesMax: number;
  /** What requests are priced by; where it is left out, the published prices. */
  readonly prices?: PriceTable;
  /** Exchanges in flight at the time a worker before this one died: their end comes here, with all there is of them. */
  readonly liveRequestIds: ReadonlySet<string>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly onRecorded: (told: ToldRequest) => void;
  /** An exchange of this process ended, and was not cut off: called once for each, behind `onRecorded`. */
  readonly onEnded: (record: ExchangeRecord, facts: RequestFacts) => void;
}

/** An exchange that takes longer is journalled, so that a process that dies leaves a record of it. */
const JOURNAL_AFTER_MS = 1000;
/** One exchange may hold this in memory before it is journalled. */
const EXCHANGE_BYTES_MAX = 1024 * 1024;
/** All together may hold this. */
const OPEN_BYTES_MAX = 32 * 1024 * 1024;
/** A journal stays until its record is surely in the spool, which syncs every 20 ms. */
const JOURNAL_KEPT_MS = 2000;

export function createExchangeKeeper(options: ExchangeKeeperOptions): ExchangeKeeper {
  return new Keeper(options);
}

class Keeper implements ExchangeKeeper {
  private readonly options: ExchangeKeeperOptions;
  private readonly open = new Map<string, OpenExchange>();
  private openBytes = 0;
  private journalBytes = 0;
  /** Journals whose record was handed over, by path. */
  private readonly finished = new Map<string, { readonly remove: () => void; readonly atMs: number }>();
  private readonly dropped = new Set<string>();
  /** Exchanges that a keeper before this one had ended, and whose end may be sent once more. */
  private readonly endedBefore = new Set<string>();
  /** Results of batches that are being read. */
  private readonly reading = new Set<Promise<void>>();
  private droppedPayloads = 0;
  private lastProblem: string | null = null;

  constructor(options: ExchangeKeeperOptions) {
    this.options = options;
  }

  take(update: ExchangeUpdate, buffers: readonly ArrayBuffer[]): void {
    if (this.endedBefore.has(update.requestId)) return;
    const exchange = this.open.get(update.requestId) ?? this.add(update.requestId);
    const heldBytes = exchange.memoryBytes();
    // The buffer of a flush is shared by many exchanges: one that stays open must not keep all of it alive.
    const place = update.ended ? toView : toCopy;
    if (update.record !== null) exchange.setRecord(update.record);
    const body = place(update.body, buffers);
    if (body !== null) exchange.setRequestBody(body);
    if (update.isTorn) exchange.markTorn();
    exchange.addPieces(
      update.pieces.map(({ atMs, length, span }) => ({ atMs, length, bytes: toView(span, buffers) })),
      update.ended,
    );
    if (update.isPayloadDropped || this.isLost(update, buffers)) exchange.markPayloadDropped();
    this.openBytes += exchange.memoryBytes() - heldBytes;
    if (update.ended) this.end(exchange);
    else if (exchange.memoryBytes() > EXCHANGE_BYTES_MAX) this.writeJournal(exchange);
    if (this.openBytes > OPEN_BYTES_MAX) for (const each of this.open.values()) this.writeJournal(each);
  }

  tick(): void {
    const nowMs = this.options.clock();
    for (const exchange of this.open.values()) {
      const isDue = nowMs - exchange.openedAtMs >= JOURNAL_AFTER_MS;
      if (isDue && exchange.isJournalBehind()) this.writeJournal(exchange);
    }
    const { writer } = this.options;
    if (writer !== null && this.journalBytes > 0) this.attempt(() => noteAlive(writer.folder, nowMs));
    for (const [path, { remove, atMs }] of this.finished) {
      if (nowMs - atMs < JOURNAL_KEPT_MS) continue;
      this.finished.delete(path);
      this.attempt(remove);
    }
  }

  resume(spoolDir: string): void {
    for (const [requestId, path] of findJournals(spoolDir, this.options.liveRequestIds)) {
      this.attempt(() => this.resumeOne(requestId, readJournal(path)));
    }
  }

  adopt(writerFolder: string): void {
    const aliveAtMs = findAliveAtMs(writerFolder);
    const paths = listJournals(toJournalFolder(writerFolder));
    for (const path of paths) {
      if (this.finished.has(path)) continue;
      this.finished.set(path, { remove: () => rmSync(path, { force: true }), atMs: this.options.clock() });
      if (this.options.liveRequestIds.has(toRequestId(path))) continue;
      this.attempt(() => {
        const left = toInterrupted(readJournal(path), aliveAtMs);
        if (left !== null) this.handOn({ exchange: left, feed: null }, (exchange) => this.record(exchange));
      });
    }
  }

  finishAll(): void {
    for (const exchange of this.open.values()) this.end(exchange, { isInterrupted: true });
  }

  async settled(): Promise<void> {
    await Promise.all(this.reading);
  }

  stats(): ExchangeKeeperStats {
    const { openBytes, journalBytes, droppedPayloads, lastProblem } = this;
    return { openExchanges: this.open.size, openBytes, journalBytes, droppedPayloads, lastProblem };
  }

  removeFinishedJournals(): void {
    for (const { remove } of this.finished.values()) this.attempt(remove);
    this.finished.clear();
  }

  private add(requestId: string): OpenExchange {
    const { responseBytesMax, clock } = this.options;
    const exchange = createOpenExchange({ requestId, openedAtMs: clock(), responseBytesMax });
    this.open.set(requestId, exchange);
    return exchange;
  }

  private resumeOne(requestId: string, content: JournalContent): void {
    if (content.ended) {
      const ended = toInterrupted(content, null);
      if (ended !== null) this.handOn({ exchange: ended, feed: null }, (exchange) => this.recordEnd(exchange));
      this.endedBefore.add(requestId);
      return;
    }
    const exchange = this.add(requestId);
    exchange.resume(content);
    this.openBytes += exchange.memoryBytes();
    // The folder it came from goes as soon as it is adopted.
    this.writeJournal(exchange);
  }

  /** Whether bytes of `update` went down with a keeper that died, and nobody has them any more. */
  private isLost({ requestId, body, pieces, ended, isTorn }: ExchangeUpdate, buffers: readonly ArrayBuffer[]): boolean {
    // The body of an exchange that goes on comes again with its next record; a torn answer keeps its beginning.
    const hadBytes = (pieces.length > 0 && !isTorn) || (ended && body !== null);
    if (buffers.length > 0 || !hadBytes) return false;
    if (ended) this.countDropped(requestId);
    return true;
  }

  private end(exchange: OpenExchange, { isInterrupted = false } = {}): void {
    this.open.delete(exchange.requestId);
    this.openBytes -= exchange.memoryBytes();
    this.journalBytes -= exchange.journalBytes();
    const finished = exchange.finish();
    if (finished === null) return;
    const { exchange: last, feed, journal, problem } = finished;
    if (problem !== null) {
      this.lastProblem = problem.message;
      this.countDropped(exchange.requestId);
    }
    this.dropped.delete(exchange.requestId);
    this.handOn({ exchange: isInterrupted ? interrupt(last, this.options.clock()) : last, feed }, (ended) => {
      // Also where it cannot be recorded: it would not be the next time either.
      if (journal !== null) {
        this.finished.set(journal.path, { remove: () => journal.remove(), atMs: this.options.clock() });
      }
      if (isInterrupted) this.record(ended);
      else this.recordEnd(ended);
    });
  }

  /** Gives an exchange that ended to `next`, at once; where it fetched the results of a batch, once they are read. */
  private handOn(
    { exchange, feed }: Pick<FinishedExchange, 'exchange' | 'feed'>,
    next: (exchange: EndedExchange) => void,
  ): void {
    if (!hasBatch(exchange.record)) {
      this.attempt(() => next(exchange));
      return;
    }
    const reading = (async () => {
      const batch = await readBatch(exchange, feed);
      this.attempt(() => next({ ...exchange, batch }));
    })();
    this.reading.add(reading);
    void reading.finally(() => this.reading.delete(reading));
  }

  /** Once for each exchange. */
  private countDropped(requestId: string): void {
    if (this.dropped.has(requestId)) return;
    this.dropped.add(requestId);
    this.droppedPayloads += 1;
  }

  private record(exchange: EndedExchange): RequestFacts {
    const recorded = buildRecord(exchange, this.options.prices);
    this.options.writer?.append(recorded);
    this.options.onRecorded({ ...recorded, upstreamUrl: exchange.record.upstreamUrl });
    return recorded.facts;
  }

  private recordEnd(exchange: EndedExchange): void {
    this.options.onEnded(exchange.record, this.record(exchange));
  }

  private writeJournal(exchange: OpenExchange): void {
    const { writer } = this.options;
    const heldBytes = exchange.memoryBytes();
    const writtenBytes = exchange.journalBytes();
    if (heldBytes > 0 && writer?.hasRoom(heldBytes) === false) this.releaseMemory(exchange);
    const wasWritten = writer !== null && this.attempt(() => exchange.writeJournal(toJournalFolder(writer.folder)));
    // Without a disk to move it to, the payload is what gives way.
    if (!wasWritten && heldBytes > EXCHANGE_BYTES_MAX) this.releaseMemory(exchange);
    this.openBytes += exchange.memoryBytes() - heldBytes;
    this.journalBytes += exchange.journalBytes() - writtenBytes;
  }

  private releaseMemory(exchange: OpenExchange): void {
    exchange.releaseMemory();
    this.countDropped(exchange.requestId);
  }

  /** One exchange that cannot be recorded must not stop the others. */
  private attempt(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.lastProblem = error instanceof Error ? error.message : String(error);
      return false;
    }
  }
}

/** Null where the bytes were given up, or went down with a worker that died (a batch sent again has no buffers). */
function toView(span: ByteSpan | null, buffers: readonly ArrayBuffer[]): Uint8Array | null {
  if (span === null) return null;
  const [index, offset, length] = span;
  const buffer = buffers[index];
  return buffer === undefined ? null : new Uint8Array(buffer, offset, length);
}

function toCopy(span: ByteSpan | null, buffers: readonly ArrayBuffer[]): Uint8Array | null {
  return toView(span, buffers)?.slice() ?? null;
}
