import { readFile, rm } from 'node:fs/promises';
import type { RecordedRequest } from '@nexus/core';
import { createFingerprintRecord, type FingerprintRecord } from '../linking/fingerprint-record.ts';
import { toMonth } from '../migrations/month.ts';
import { readSegment } from '../spool/frame.ts';
import { createRecordQueue, parseFrames, type RecordQueue } from '../spool/record-queue.ts';
import {
  claimOrphans,
  countOtherBytes,
  createSpoolFolder,
  listSegments,
  type SpoolFolder,
} from '../spool/spool-folder.ts';
import { countBytes, type SpooledRecord } from '../spool/spooled-record.ts';
import { type PayloadMemory, createPayloadMemory } from './payload-memory.ts';
import { createDelivery, type Delivery } from './deliver.ts';
import { createLossLedger, type LossLedger } from './loss-ledger.ts';
import { dropPayload, packRecord } from './pack-record.ts';
import type { RecordWriter, RecordWriterOptions, RecordWriterStats, WrittenBatch } from './record-writer.ts';
import { createSignal } from './signal.ts';
import { createSlicePacker, type PayloadSlicePacker } from './slice-packer.ts';

const BATCH_RECORDS_MAX = 100;
/** Who is behind writes more at once: a record then takes a third less of both processors (bench/writing). */
const BEHIND_RECORDS_MAX = 500;
const BATCH_BYTES_MAX = 32 * 1024 * 1024;
const BATCH_MS = 1_000;
const ADOPT_MS = 60_000;
/** 200,000 known slices take about 20 MB: a thousand conversations of 200 turns. */
const KNOWN_SLICES_MAX = 200_000;
/** Share of the spool that payload may fill; the rest is kept for facts. */
const PAYLOAD_SHARE = 0.9;

/** Makes the folder of this process, takes over what dead processes left, and begins to write. */
export function createRecordWriter(options: RecordWriterOptions): RecordWriter {
  return new SpoolingWriter(options);
}

class SpoolingWriter implements RecordWriter {
  readonly folder: string;
  readonly #options: RecordWriterOptions;
  readonly #home: SpoolFolder;
  readonly #queue: RecordQueue;
  readonly #memory: PayloadMemory;
  readonly #packSlice: PayloadSlicePacker;
  readonly #fingerprintRecord: FingerprintRecord = createFingerprintRecord();
  readonly #losses: LossLedger;
  readonly #delivery: Delivery;
  readonly #signal = createSignal();
  readonly #loop: Promise<void>;
  readonly #adoptTimer: Timer;
  #adopting: Promise<number> | null = null;
  /** The queue and the adopted folders share one connection. */
  #turn: Promise<unknown> = Promise.resolve();
  #otherBytes = 0;
  #writtenRecords = 0;
  #closing = false;

  constructor(options: RecordWriterOptions) {
    this.#options = options;
    this.#home = createSpoolFolder(options.spoolDir, options.newId());
    this.folder = this.#home.path;
    this.#queue = createRecordQueue(this.folder, options.limits.memoryBytesMax);
    this.#memory = createPayloadMemory(KNOWN_SLICES_MAX);
    this.#packSlice = createSlicePacker(this.#memory);
    this.#losses = createLossLedger(options);
    this.#delivery = createDelivery({
      ...options,
      memory: this.#memory,
      losses: this.#losses,
      onWritten: (batch) => this.#noteWritten(batch),
    });
    this.#loop = this.#run();
    this.#adoptTimer = setInterval(() => void this.adoptOrphans(), ADOPT_MS);
    void this.adoptOrphans();
  }

  append(record: RecordedRequest): void {
    try {
      const fitting = this.#toFitting(record);
      if (!fitting) return;
      this.#queue.append(fitting);
      const waiting = this.#queue.waiting();
      if (waiting === 1 || waiting >= BATCH_RECORDS_MAX) this.#signal.wake();
    } catch (error) {
      this.#losses.count('unwritable', { payloads: 0, records: 1 });
      this.#options.log.error({ error, requestId: record.facts.requestId }, 'a record cannot be packed and is lost');
    }
  }

  hasRoom(bytes: number): boolean {
    return this.#usedBytes() + bytes <= this.#payloadBytesMax();
  }

  flush(): Promise<void> {
    return this.#queue.spool.flush();
  }

  saveNow(): void {
    this.#queue.spool.saveNow();
  }

  useConnection(connection: Parameters<RecordWriter['useConnection']>[0]): void {
    this.#delivery.useConnection(connection);
  }

  stats(): RecordWriterStats {
    const lost = this.#losses.total();
    const problem = this.#delivery.problem();
    const isFull = this.#usedBytes() >= this.#payloadBytesMax();
    const away = problem === null ? 'writing' : 'spooling';
    return {
      state: isFull ? 'dropping-payload' : away,
      queuedRecords: this.#queue.unwritten(),
      queuedBytes: this.#queue.memoryBytes(),
      spoolBytes: this.#usedBytes(),
      spoolBytesMax: this.#options.limits.spoolBytesMax,
      writtenRecords: this.#writtenRecords,
      droppedPayloads: lost.payloads,
      droppedRecords: lost.records,
      lastWriteAtMs: this.#delivery.lastWriteAtMs(),
      lastProblem: problem ?? this.#queue.spool.problem(),
    };
  }

  adoptOrphans(): Promise<number> {
    this.#adopting ??= this.#adopt().finally(() => {
      this.#adopting = null;
    });
    return this.#adopting;
  }

  async close(deadlineMs: number): Promise<void> {
    clearInterval(this.#adoptTimer);
    this.#closing = true;
    this.#signal.wake();
    const deadline = setTimeout(() => this.#delivery.abandon(), deadlineMs);
    await this.#loop;
    clearTimeout(deadline);
    this.#delivery.abandon();
    await this.#adopting;
    await this.#queue.spool.close();
    if (this.#queue.unwritten() === 0) await this.#home.remove();
    else this.#home.release();
  }

  async #run(): Promise<void> {
    for (;;) {
      if (!this.#closing && this.#queue.waiting() === 0) await this.#signal.wait();
      if (!this.#closing && this.#queue.waiting() < BATCH_RECORDS_MAX)
        await this.#signal.wait(this.#options.limits.batchMs ?? BATCH_MS);
      if (this.#queue.waiting() === 0 && this.#closing) return;
      const recordsMax = this.#queue.waiting() < BEHIND_RECORDS_MAX ? BATCH_RECORDS_MAX : BEHIND_RECORDS_MAX;
      const taken = await this.#queue.take({ recordsMax, bytesMax: BATCH_BYTES_MAX });
      if (taken.records.length + taken.lost === 0) {
        // Only the disk has the next record, and it cannot be read now.
        if (this.#closing) return;
        await this.#signal.wait(BATCH_MS);
        continue;
      }
      if (taken.lost > 0) this.#losses.count('frame-damaged', { payloads: 0, records: taken.lost });
      if (!(await this.#deliverInTurn(taken.records))) return;
      await this.#queue.release(taken.last).catch((error: unknown) => {
        this.#options.log.warn({ error }, 'a written spool segment cannot be deleted');
      });
    }
  }

  #deliverInTurn(records: readonly SpooledRecord[]): Promise<boolean> {
    const turn = this.#turn.then(() => this.#delivery.deliver(records));
    this.#turn = turn;
    return turn;
  }

  async #adopt(): Promise<number> {
    const orphans = claimOrphans(this.#options.spoolDir);
    this.#otherBytes = countOtherBytes(this.#options.spoolDir, this.folder);
    for (const orphan of orphans) {
      try {
        await this.#adoptFolder(orphan);
      } catch (error) {
        this.#options.log.error({ error, folder: orphan.path }, 'an abandoned spool folder cannot be taken over');
      } finally {
        orphan.release();
      }
    }
    this.#otherBytes = countOtherBytes(this.#options.spoolDir, this.folder);
    return orphans.length;
  }

  async #adoptFolder(orphan: SpoolFolder): Promise<void> {
    await this.#options.onOrphan?.(orphan.path);
    // What the recorder made of its files there must be on disk here before they go.
    await this.#queue.spool.flush();
    if (this.#queue.spool.problem() !== null) return;
    for (const path of listSegments(orphan.path)) {
      const { frames, damaged } = readSegment(await readFile(path));
      if (!(await this.#adoptFrames(frames))) return;
      if (damaged > 0) this.#losses.count('frame-damaged', { payloads: 0, records: damaged });
      await rm(path, { force: true });
    }
    await orphan.remove();
  }

  async #adoptFrames(frames: readonly Buffer[]): Promise<boolean> {
    for (let at = 0; at < frames.length;) {
      const { records, count, damaged } = parseFrames(frames.slice(at, at + BATCH_RECORDS_MAX), BATCH_BYTES_MAX);
      if (damaged > 0) this.#losses.count('frame-damaged', { payloads: 0, records: damaged });
      if (this.#closing || !(await this.#deliverInTurn(records))) return false;
      at += count;
    }
    return true;
  }

  /** The record as much of it as there is room for: all, its facts, or nothing. What is left out is counted. */
  #toFitting(record: RecordedRequest): SpooledRecord | null {
    if (this.#usedBytes() < this.#payloadBytesMax()) {
      const { conversationId, startedAtMs } = record.facts;
      const place = { payloadId: conversationId, month: toMonth(startedAtMs) };
      const packed = packRecord(record, {
        packSlice: (hash, bytes) => this.#packSlice(place, hash, bytes),
        fingerprintRecord: this.#fingerprintRecord,
      });
      if (this.#usedBytes() + countBytes(packed) <= this.#payloadBytesMax()) return packed;
    }
    const fingerprint = this.#fingerprintRecord(record);
    const facts = dropPayload({ facts: record.facts, request: null, response: null, slices: [], fingerprint });
    const fits = this.#usedBytes() + countBytes(facts) <= this.#options.limits.spoolBytesMax;
    this.#losses.count('spool-full', fits ? { payloads: 1, records: 0 } : { payloads: 0, records: 1 });
    return fits ? facts : null;
  }

  #usedBytes(): number {
    return this.#queue.spool.bytes() + this.#otherBytes + (this.#options.ownBytes?.() ?? 0);
  }

  #payloadBytesMax(): number {
    return this.#options.limits.spoolBytesMax * PAYLOAD_SHARE;
  }

  #noteWritten(batch: WrittenBatch): void {
    this.#writtenRecords += batch.requests.length;
    this.#options.onWritten?.(batch);
  }
}
