import type { PgConnection } from '../connection.ts';
import type { Month } from '../migrations/month.ts';
import type { SpooledRecord } from '../spool/spooled-record.ts';
import type { StorageLog } from '../storage-log.ts';
import { classifyFailure } from './classify-failure.ts';
import type { PayloadMemory } from './payload-memory.ts';
import { createInsertRows, type InsertRows } from './insert-rows.ts';
import type { LossLedger } from './loss-ledger.ts';
import { dropPayload } from './pack-record.ts';
import type { WrittenBatch } from './record-writer.ts';
import { createSignal } from './signal.ts';
import { writeBatch } from './write-batch.ts';
import { createWriterClient, type WriterClient } from './writer-client.ts';

/** Brings batches into the database, however long that takes. */
export interface Delivery {
  /** True when every record is written or counted as lost; false when `abandon` was called before. */
  deliver(records: readonly SpooledRecord[]): Promise<boolean>;
  useConnection(connection: PgConnection | string): void;
  /** Why the last try failed; null after a success. */
  problem(): string | null;
  lastWriteAtMs(): number | null;
  /** Ends the waiting for a database that is away. */
  abandon(): void;
}

export interface DeliveryOptions {
  readonly connection: PgConnection | string | null;
  readonly prepared: boolean;
  readonly memory: PayloadMemory;
  readonly losses: LossLedger;
  readonly clock: () => number;
  readonly onWritten: (batch: WrittenBatch) => void;
  readonly log: StorageLog;
}

const BACK_OFF_MS = 100;
const BACK_OFF_MS_MAX = 5_000;
/** A batch that loses more races than this in a row waits like for a database that is away. */
const RACES_MAX = 5;

export function createDelivery(options: DeliveryOptions): Delivery {
  return new RetryingDelivery(options);
}

class RetryingDelivery implements Delivery {
  readonly #options: DeliveryOptions;
  readonly #signal = createSignal();
  readonly #months = new Set<Month>();
  readonly #insert: InsertRows;
  #client: WriterClient | null = null;
  #problem: string | null = null;
  #lastWriteAtMs: number | null = null;
  #abandoned = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#insert = createInsertRows(options);
    if (options.connection !== null) this.useConnection(options.connection);
  }

  useConnection(connection: PgConnection | string): void {
    this.#client?.drop();
    // Behind a new connection may be another server: a standby that lacks the last commits, or an emptied database.
    this.#client = createWriterClient(connection, () => {
      this.#options.memory.clear();
      this.#months.clear();
    });
    this.#signal.wake();
  }

  async deliver(records: readonly SpooledRecord[]): Promise<boolean> {
    let waitMs = BACK_OFF_MS;
    let races = 0;
    while (!this.#abandoned) {
      const failure = await this.#tryWrite(records);
      if (failure === null) return true;
      if (failure === 'bad-data') return this.#deliverApart(records);
      if (failure !== 'away') races += 1;
      if (this.#abandoned || (failure !== 'away' && races <= RACES_MAX)) continue;
      await this.#signal.wait(waitMs);
      waitMs = Math.min(waitMs * 2, BACK_OFF_MS_MAX);
    }
    return false;
  }

  problem(): string | null {
    return this.#problem;
  }

  lastWriteAtMs(): number | null {
    return this.#lastWriteAtMs;
  }

  abandon(): void {
    this.#abandoned = true;
    this.#signal.wake();
    this.#client?.drop();
  }

  async #tryWrite(records: readonly SpooledRecord[]) {
    if (!this.#client) return this.#noteAway('no database is known yet');
    const { memory, losses, prepared } = this.#options;
    let written: WrittenBatch;
    try {
      const client = await this.#client.get();
      await losses.write(client);
      written = await writeBatch({ client, memory, insert: this.#insert, prepared, months: this.#months }, records);
    } catch (error) {
      return this.#noteFailure(error);
    }
    this.#noteWritten(written);
    return null;
  }

  #noteFailure(error: unknown) {
    const failure = classifyFailure(error);
    if (failure === 'no-partition') this.#months.clear();
    if (failure !== 'away') return failure;
    this.#client?.drop();
    return this.#noteAway(error instanceof Error ? error.message : String(error));
  }

  #noteAway(problem: string): 'away' {
    if (this.#problem === null) {
      this.#options.log.warn({ problem }, 'the database is away; records wait in the spool');
    }
    this.#problem = problem;
    return 'away';
  }

  #noteWritten(written: WrittenBatch): void {
    if (this.#problem !== null) this.#options.log.info({}, 'the database is back; the spool is being written');
    this.#problem = null;
    this.#lastWriteAtMs = this.#options.clock();
    if (written.requests.length > 0) this.#options.onWritten(written);
  }

  /** One record that cannot be written must not hold the others: halves are tried apart, down to the one. */
  async #deliverApart(records: readonly SpooledRecord[]): Promise<boolean> {
    const [first] = records;
    if (!first) return true;
    if (records.length > 1) {
      const middle = Math.ceil(records.length / 2);
      return (await this.deliver(records.slice(0, middle))) && this.deliver(records.slice(middle));
    }
    const { requestId } = first.facts;
    if (first.request || first.response) {
      this.#options.losses.count('unwritable', { payloads: 1, records: 0 });
      this.#options.log.warn({ requestId }, 'a payload cannot be written; its facts are kept');
      return this.deliver([dropPayload(first)]);
    }
    this.#options.losses.count('unwritable', { payloads: 0, records: 1 });
    this.#options.log.error({ requestId }, 'a record cannot be written and is lost');
    return true;
  }
}
