import { hostname } from 'node:os';
import type { ClientBase } from 'pg';

/**
 * Why something was not kept.
 * - `spool-full`: the bound of the spool was reached.
 * - `unwritable`: PostgreSQL refuses the record, or it could not be packed.
 * - `frame-damaged`: a frame of the spool could not be read back.
 */
export type LossReason = 'spool-full' | 'unwritable' | 'frame-damaged';

export interface LossCount {
  readonly payloads: number;
  readonly records: number;
}

/** Counts what was lost, and writes it down beside the records, so that a gap in the history is a fact. */
export interface LossLedger {
  count(reason: LossReason, loss: LossCount): void;
  /** Since this process began. */
  total(): LossCount;
  /** Writes what was counted since the last call that succeeded. */
  write(client: ClientBase): Promise<void>;
}

export function createLossLedger(options: { clock: () => number; newId: () => string }): LossLedger {
  const unwritten = new Map<LossReason, LossCount>();
  let total: LossCount = { payloads: 0, records: 0 };
  const processName = `${hostname()}:${process.pid}`;

  return {
    count(reason, loss) {
      total = add(total, loss);
      unwritten.set(reason, add(unwritten.get(reason), loss));
    },
    total: () => total,
    async write(client) {
      for (const [reason, loss] of unwritten) {
        const lostAt = new Date(options.clock());
        await client.query(INSERT_LOSS, [options.newId(), lostAt, processName, reason, loss.payloads, loss.records]);
        unwritten.delete(reason);
      }
    },
  };
}

const INSERT_LOSS = `
  insert into recorder_loss (loss_id, lost_at, process, reason, payloads, records)
  values ($1, $2, $3, $4, $5, $6)`;

function add(left: LossCount | undefined, right: LossCount): LossCount {
  return { payloads: (left?.payloads ?? 0) + right.payloads, records: (left?.records ?? 0) + right.records };
}
