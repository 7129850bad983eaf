import { type PendingUpdate, toPendingPiece } from './pack-updates.ts';
import type { ExchangeRecord, RecordedPiece } from './recorder.ts';

/** What one flush took out of the queue; given back to `settle` when the worker has it. */
export interface QueueLoad {
  readonly bytes: number;
  readonly records: number;
  /** Exchanges whose end is among them. */
  readonly endedRequestIds: readonly string[];
}

export interface TakenUpdates {
  readonly updates: readonly PendingUpdate[];
  /** To be given to `settle`. */
  readonly load: QueueLoad;
}

/** Updates between the data plane and the worker, in bytes bounded; payload is given up before facts. */
export interface UpdateQueue {
  /** `readRecord` is called by whoever takes the update, unless the exchange has ended by then. */
  begin(requestId: string, readRecord: () => ExchangeRecord, body: Uint8Array | null): void;
  /** The same again, with what is known by now; `body` is only used where `begin` did not reach the worker. */
  refresh(requestId: string, readRecord: () => ExchangeRecord, body: Uint8Array | null): void;
  /** Whether the worker that lives was told of this exchange, or will be by the next `take`. */
  knows(requestId: string): boolean;
  keepPiece(requestId: string, piece: RecordedPiece): void;
  /** False where there was no room even for its facts: there will be no record. */
  end(record: ExchangeRecord, body: Uint8Array | null, lastPieces: readonly RecordedPiece[]): boolean;
  /** Everything gathered since the last call. Its load still counts as queued until `settle`. */
  take(): TakenUpdates;
  settle(load: QueueLoad): void;
  /** Bytes that the next `take` gives. */
  pendingBytes(): number;
  /**
   * The worker died with what it had in memory: bodies are sent again where the caller still has them, and answers of which
   * it had pieces are torn.
   */
  forgetSent(): void;
  /** Exchanges that a worker was told of and whose end no worker has taken. */
  listOpen(): readonly string[];
  counts(): QueueCounts;
}

export interface QueueCounts {
  readonly bytes: number;
  readonly records: number;
  readonly isDroppingPayload: boolean;
  readonly droppedPayloads: number;
  readonly droppedRecords: number;
}

/** What the facts of one update weigh: about 2 KB of JSON, 20 headers each way. */
const FACTS_BYTES = 2048;
/** Share of the bound that only facts may use once payload is being given up. */
const FACTS_RESERVE = 0.25;

export function createUpdateQueue({ bytesMax }: { readonly bytesMax: number }): UpdateQueue {
  const queue = new BoundedQueue(bytesMax);
  return queue;
}

class BoundedQueue implements UpdateQueue {
  private pending = new Map<string, PendingUpdate>();
  /** Exchanges that a worker was told of and that have not ended. */
  private readonly sent = new Map<string, SentExchange>();
  /** What is on its way to the worker. */
  private readonly unsettled = new Set<QueueLoad>();
  /** Exchanges with pieces that went down with a worker. */
  private readonly torn = new Set<string>();
  /** Exchanges of which something was given up before their end. */
  private readonly damaged = new Set<string>();
  private pendingLoad = { bytes: 0, records: 0 };
  private sentLoad = { bytes: 0, records: 0 };
  private droppedPayloads = 0;
  private droppedRecords = 0;
  private readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  begin(requestId: string, readRecord: () => ExchangeRecord, body: Uint8Array | null): void {
    // Nothing is lost by leaving it out: the end brings everything again.
    if (!this.hasRoom(FACTS_BYTES, 1 + FACTS_RESERVE)) return;
    const update = this.findOrAdd(requestId);
    update.record = readRecord;
    this.addBody(update, body, false);
  }

  refresh(requestId: string, readRecord: () => ExchangeRecord, body: Uint8Array | null): void {
    if (!this.knows(requestId)) this.begin(requestId, readRecord, body);
    else if (this.pending.has(requestId) || this.hasRoom(FACTS_BYTES, 1)) this.findOrAdd(requestId).record = readRecord;
  }

  knows(requestId: string): boolean {
    return this.sent.get(requestId)?.isBegun === true || (this.pending.get(requestId)?.record ?? null) !== null;
  }

  keepPiece(requestId: string, piece: RecordedPiece): void {
    if (!this.pending.has(requestId) && !this.hasRoom(FACTS_BYTES, 1 + FACTS_RESERVE)) {
      this.damage(requestId);
      return;
    }
    this.addPiece(this.findOrAdd(requestId), piece);
  }

  end(record: ExchangeRecord, body: Uint8Array | null, lastPieces: readonly RecordedPiece[]): boolean {
    const { requestId } = record;
    const isKnown = this.sent.has(requestId) || this.pending.has(requestId);
    if (!isKnown && !this.hasRoom(FACTS_BYTES, 1 + FACTS_RESERVE)) {
      this.droppedRecords += 1;
      this.damaged.delete(requestId);
      this.torn.delete(requestId);
      return false;
    }
    const update = this.findOrAdd(requestId);
    // Now, while all of it is in the caches: at the flush it costs twice as much.
    update.record = JSON.stringify(record);
    update.ended = true;
    if (this.sent.get(requestId)?.isBegun !== true) this.addBody(update, body, true);
    for (const piece of lastPieces) this.addPiece(update, piece);
    if (this.damaged.has(requestId)) update.isPayloadDropped = true;
    this.pendingLoad.records += 1;
    return true;
  }

  take(): TakenUpdates {
    const updates = [...this.pending.values()];
    const endedRequestIds: string[] = [];
    for (const update of updates) {
      this.noteSent(update);
      if (update.ended) endedRequestIds.push(update.requestId);
    }
    const { bytes, records } = this.pendingLoad;
    this.pending = new Map();
    this.pendingLoad = { bytes: 0, records: 0 };
    this.sentLoad = { bytes: this.sentLoad.bytes + bytes, records: this.sentLoad.records + records };
    const load = { bytes, records, endedRequestIds };
    this.unsettled.add(load);
    return { updates, load };
  }

  settle(load: QueueLoad): void {
    this.unsettled.delete(load);
    this.sentLoad = { bytes: this.sentLoad.bytes - load.bytes, records: this.sentLoad.records - load.records };
  }

  pendingBytes(): number {
    return this.pendingLoad.bytes;
  }

  forgetSent(): void {
    for (const [requestId, { hasPieces }] of this.sent) {
      if (hasPieces) this.tear(requestId);
      this.sent.set(requestId, { isBegun: false, hasPieces: false });
    }
  }

  counts(): QueueCounts {
    return {
      bytes: this.pendingLoad.bytes + this.sentLoad.bytes,
      records: this.pendingLoad.records + this.sentLoad.records,
      isDroppingPayload: !this.hasRoom(FACTS_BYTES, 1),
      droppedPayloads: this.droppedPayloads,
      droppedRecords: this.droppedRecords,
    };
  }

  listOpen(): readonly string[] {
    return [...this.sent.keys(), ...[...this.unsettled].flatMap(({ endedRequestIds }) => endedRequestIds)];
  }

  private hasRoom(bytes: number, share: number): boolean {
    return this.pendingLoad.bytes + this.sentLoad.bytes + bytes <= this.bytesMax * share;
  }

  private findOrAdd(requestId: string): PendingUpdate {
    const found = this.pending.get(requestId);
    if (found) return found;
    const update: PendingUpdate = {
      requestId,
      record: null,
      ended: false,
      body: null,
      isBodyOurs: false,
      isPayloadDropped: false,
      isTorn: this.torn.has(requestId),
      pieces: [],
    };
    this.pending.set(requestId, update);
    this.pendingLoad.bytes += FACTS_BYTES;
    return update;
  }

  /** The end of an exchange that began in the same flush brings its body again, now ours to hand over. */
  private addBody(update: PendingUpdate, body: Uint8Array | null, isOurs: boolean): void {
    const bytes = body?.byteLength ?? 0;
    const isCounted = update.body !== null;
    if (!isCounted && bytes > 0 && !this.hasRoom(bytes, 1)) {
      this.dropPayload(update);
      return;
    }
    if (!isCounted) this.pendingLoad.bytes += bytes;
    update.body = body ?? update.body;
    update.isBodyOurs = isOurs && body !== null;
  }

  private addPiece(update: PendingUpdate, piece: RecordedPiece): void {
    const bytes = piece.bytes.byteLength;
    const isKept = this.hasRoom(bytes, 1);
    if (isKept) this.pendingLoad.bytes += bytes;
    else this.dropPayload(update);
    update.pieces.push(toPendingPiece(piece, isKept));
  }

  private dropPayload(update: PendingUpdate): void {
    update.isPayloadDropped = true;
    this.damage(update.requestId);
  }

  private damage(requestId: string): void {
    if (this.damaged.has(requestId)) return;
    this.damaged.add(requestId);
    this.droppedPayloads += 1;
  }

  /** Counted as payload that is lost, though the beginning of the answer may be on disk. */
  private tear(requestId: string): void {
    if (this.torn.has(requestId)) return;
    this.torn.add(requestId);
    if (!this.damaged.has(requestId)) this.droppedPayloads += 1;
    const pending = this.pending.get(requestId);
    if (pending) pending.isTorn = true;
  }

  private noteSent({ requestId, record, ended, pieces }: PendingUpdate): void {
    if (ended) {
      this.sent.delete(requestId);
      this.damaged.delete(requestId);
      this.torn.delete(requestId);
      return;
    }
    const before = this.sent.get(requestId) ?? { isBegun: false, hasPieces: false };
    this.sent.set(requestId, {
      isBegun: before.isBegun || record !== null,
      hasPieces: before.hasPieces || pieces.length > 0,
    });
  }
}

/** What the worker that lives was sent of an exchange. */
interface SentExchange {
  /** Its record, and with it its body. */
  readonly isBegun: boolean;
  /** Bytes of its answer. */
  readonly hasPieces: boolean;
}
