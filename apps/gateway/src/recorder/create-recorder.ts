import { CLAUDE_PRICES, type PriceTable, type RequestFacts } from '@nexus/core';
import type { PgConnection, WrittenBatch } from '@nexus/storage';
import type { Logger, MetricFamily } from '@nexus/telemetry';
import type { ExportSettings } from '../export/export-settings.ts';
import { createMetricsAsk } from './ask-metrics.ts';
import { createAudience } from './audience.ts';
import { packUpdates } from './pack-updates.ts';
import { readUpdates } from './read-updates.ts';
import type {
  ExchangeRecord,
  RecordedListener,
  RecordedPiece,
  Recorder,
  RecorderStats,
  WrittenListener,
} from './recorder.ts';
import type { SentBatch, Wanted, WorkerNews, WorkerStats } from './thread-messages.ts';
import { type QueueLoad, createUpdateQueue } from './update-queue.ts';
import { type WorkerLink, createWorkerLink } from './worker-link.ts';

export interface RecorderOptions {
  /** Holds one folder for each process; null switches storing off, and facts go to listeners only. */
  readonly spoolDir: string | null;
  /** A promise where the database is still starting: everything is spooled meanwhile. Null where storing is off. */
  readonly connection: PgConnection | string | Promise<PgConnection | string> | null;
  /** False behind a pooler that shares sessions between clients. */
  readonly prepared: boolean;
  /** Days for which what was said can be searched; where it is left out, nothing is made searchable and nothing dropped. */
  readonly searchDays?: number;
  /** What requests are priced by; where it is left out, the published prices. */
  readonly prices?: PriceTable;
  /** Who else is told of requests; where it is left out, nobody. */
  readonly exports?: ExportSettings | null;
  readonly limits: RecorderLimits;
  /** Gets the line of each exchange, made by the worker. */
  readonly log: Pick<Logger, 'info' | 'warn' | 'error' | 'pass' | 'shape'>;
  /** The worker's module, where a test needs another. */
  readonly workerModule?: URL;
}

export interface RecorderLimits {
  readonly spoolBytesMax: number;
  /** What may wait in memory on its way to the worker. */
  readonly recorderBytesMax: number;
  /** What is recorded of one answer. */
  readonly responseBytesMax: number;
}

/** How long updates are gathered before they are posted: waking the worker for each would cost more than the rest. */
const FLUSH_MS = 10;
/** A flush this large goes at once, so that the worker can begin. */
const FLUSH_BYTES = 4 * 1024 * 1024;

/** Starts the recorder's worker thread and gives the main thread's end of it. */
export function createRecorder(options: RecorderOptions): Recorder {
  return new MainRecorder(options);
}

class MainRecorder implements Recorder {
  private readonly options: RecorderOptions;
  private readonly queue;
  private readonly link: WorkerLink;
  private readonly loads = new Map<number, QueueLoad>();
  private readonly recorded = createAudience<RequestFacts>();
  private readonly written = createAudience<WrittenBatch>();
  private readonly metricsAsk = createMetricsAsk();
  private readonly untoldListeners: (() => void)[] = [];
  private readonly givenUpListeners: ((record: ExchangeRecord) => void)[] = [];
  private wanted: Wanted = { recorded: false, written: false };
  private connection: PgConnection | string | null = null;
  private liveRequestIds: readonly string[] = [];
  private workerStats: WorkerStats;
  private deathProblem: string | null = null;
  private lostRecords = 0;
  private sequence = 0;
  private flushTimer: ReturnType<typeof setTimeout> | null = null;
  private isClosed = false;

  constructor(options: RecorderOptions) {
    this.options = options;
    this.queue = createUpdateQueue({ bytesMax: options.limits.recorderBytesMax });
    this.workerStats = toFirstStats(options);
    if (typeof options.connection === 'string') this.connection = options.connection;
    this.link = createWorkerLink({
      module: options.workerModule ?? new URL('./worker.ts', import.meta.url),
      toSettings: () => this.toSettings(),
      onTaken: (sequence) => this.settle(sequence),
      onLost: (batch) => this.noteLost(batch),
      onNews: (news) => this.hear(news),
      onMetrics: (families) => this.metricsAsk.hear(families),
      onLog: ({ level, fields, message }) => options.log[level](fields, message),
      onDeath: (problem) => this.noteDeath(problem),
    });
    void this.connect(options.connection);
  }

  begin(requestId: string, readRecord: () => ExchangeRecord, requestBody: Uint8Array | null): void {
    if (this.isClosed) return;
    this.queue.begin(requestId, readRecord, requestBody);
    this.scheduleFlush();
  }

  refresh(requestId: string, readRecord: () => ExchangeRecord, requestBody: Uint8Array | null): void {
    if (this.isClosed) return;
    this.queue.refresh(requestId, readRecord, requestBody);
    this.scheduleFlush();
  }

  knows(requestId: string): boolean {
    return this.queue.knows(requestId);
  }

  keepPiece(requestId: string, piece: Uint8Array, atMs: number): void {
    if (this.isClosed) return;
    this.queue.keepPiece(requestId, { bytes: piece, atMs });
    this.scheduleFlush();
  }

  end(record: ExchangeRecord, requestBody: Uint8Array | null, lastPieces: readonly RecordedPiece[]): void {
    if (this.isClosed || !this.queue.end(record, requestBody, lastPieces)) this.giveUp(record);
    else this.scheduleFlush();
  }

  stats(): RecorderStats {
    const counts = this.queue.counts();
    const worker = this.workerStats;
    const isOff = this.options.spoolDir === null;
    return {
      ...worker,
      state: isOff ? 'off' : counts.isDroppingPayload ? 'dropping-payload' : worker.state,
      queuedRecords: worker.queuedRecords + counts.records,
      queuedBytes: worker.queuedBytes + counts.bytes,
      spoolBytesMax: this.options.limits.spoolBytesMax,
      droppedPayloads: worker.droppedPayloads + counts.droppedPayloads,
      droppedRecords: worker.droppedRecords + counts.droppedRecords + this.lostRecords,
      lastProblem: worker.lastProblem ?? this.deathProblem,
    };
  }

  loadMetrics(): Promise<readonly MetricFamily[]> {
    // What ended a moment ago is counted too: the worker takes messages in their order.
    this.flush();
    return this.metricsAsk.load(() => this.link.send({ type: 'metrics' }));
  }

  onRecorded(listener: RecordedListener, wants = always): void {
    this.recorded.add(listener, wants);
    this.askWanted();
  }

  onWritten(listener: WrittenListener, wants = always): void {
    this.written.add(listener, wants);
    this.askWanted();
  }

  onUntold(listener: () => void): void {
    this.untoldListeners.push(listener);
  }

  onGivenUp(listener: (record: ExchangeRecord) => void): void {
    this.givenUpListeners.push(listener);
  }

  askWanted(): void {
    const recorded = this.recorded.wants();
    const written = this.written.wants();
    if (recorded === this.wanted.recorded && written === this.wanted.written) return;
    this.wanted = { recorded, written };
    this.link.send({ type: 'want', wanted: this.wanted });
  }

  async close(deadlineMs: number): Promise<void> {
    this.flush();
    this.isClosed = true;
    await this.link.close(deadlineMs);
  }

  private async connect(connection: RecorderOptions['connection']): Promise<void> {
    try {
      this.connection = await connection;
    } catch {
      // Whoever starts the database tells of it; here it means that the spool goes on growing up to its bound.
      return;
    }
    if (this.connection !== null) this.link.send({ type: 'connect', connection: this.connection });
  }

  private toSettings() {
    const { spoolDir, prepared, limits, searchDays = null, prices = CLAUDE_PRICES, exports = null } = this.options;
    const { connection, liveRequestIds, wanted } = this;
    const logShape = this.options.log.shape;
    return { spoolDir, prepared, ...limits, searchDays, prices, exports, connection, liveRequestIds, wanted, logShape };
  }

  private scheduleFlush(): void {
    if (this.queue.pendingBytes() >= FLUSH_BYTES) this.flush();
    else this.flushTimer ??= setTimeout(() => this.flush(), FLUSH_MS);
  }

  private flush(): void {
    if (this.flushTimer !== null) clearTimeout(this.flushTimer);
    this.flushTimer = null;
    const { updates, load } = this.queue.take();
    if (updates.length === 0) return;
    this.askWanted();
    const packed = packUpdates(updates);
    this.sequence += 1;
    this.loads.set(this.sequence, load);
    this.link.send({
      type: 'batch',
      sequence: this.sequence,
      ...packed,
    });
  }

  private settle(sequence: number): void {
    const load = this.loads.get(sequence);
    if (load) this.queue.settle(load);
    this.loads.delete(sequence);
  }

  private hear({ stats, lines, recorded, written, isUntold }: WorkerNews): void {
    this.workerStats = stats;
    if (lines !== '') this.options.log.pass(lines);
    for (const text of recorded) this.recorded.tell(() => toFacts(text));
    for (const text of written) this.written.tell(() => toBatch(text));
    if (isUntold) for (const listener of this.untoldListeners) listener();
  }

  private noteLost(batch: SentBatch): void {
    this.lostRecords += this.loads.get(batch.sequence)?.records ?? 0;
    this.settle(batch.sequence);
    for (const { record, ended } of readUpdates(batch)) if (ended && record !== null) this.giveUp(record);
  }

  private giveUp(record: ExchangeRecord): void {
    for (const listener of this.givenUpListeners) listener(record);
  }

  private noteDeath(problem: string): void {
    this.deathProblem = problem;
    this.liveRequestIds = this.queue.listOpen();
    this.queue.forgetSent();
    this.options.log.error(
      { problem, restarts: this.link.restarts() },
      'the recorder thread died and is started again',
    );
  }
}

const always = (): boolean => true;

/** Written by our own worker a moment ago. */
function toBatch(text: string): WrittenBatch {
  const parsed: WrittenBatch = JSON.parse(text);
  return parsed;
}

function toFacts(text: string): RequestFacts {
  const parsed: RequestFacts = JSON.parse(text);
  return parsed;
}

function toFirstStats({ spoolDir, connection }: RecorderOptions): WorkerStats {
  const isConnected = typeof connection === 'string';
  return {
    state: spoolDir === null ? 'off' : isConnected ? 'writing' : 'spooling',
    queuedRecords: 0,
    queuedBytes: 0,
    openExchanges: 0,
    spoolBytes: 0,
    writtenRecords: 0,
    droppedPayloads: 0,
    droppedRecords: 0,
    lastWriteAtMs: null,
    lastProblem: null,
  };
}
