import type { Config } from '@nexus/config';
import { ensurePartitions, runRetention, type Storage } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';

export interface House {
  readonly retention: Config['retention'];
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** Aborted once the database is closed: what fails then is no news. */
  readonly closing: AbortSignal;
}

/**
 * Makes the months that come, and drops what is older than the settings allow. Every process on a database may call it:
 * the storage lets one at a time do it. Never throws; what failed is logged, and done the next time.
 */
export async function keepHouse(storage: Storage, house: House): Promise<void> {
  const warn = (sentence: string) => (error: unknown) => {
    if (!house.closing.aborted) house.log.warn({ error }, sentence);
  };
  await ensurePartitions(storage, house.clock()).catch(
    warn('partitions could not be made; the writer makes them when it needs them'),
  );
  await dropOld(storage, house).catch(warn('what is too old could not be dropped; it is tried again in half a day'));
}

async function dropOld(storage: Storage, { retention, log, clock, newId }: House): Promise<void> {
  const report = await runRetention(storage, {
    rules: retention,
    nowMs: clock(),
    dryRun: false,
    toAudit: (detail) => ({
      auditId: newId(),
      atMs: clock(),
      actor: 'gateway',
      actorId: null,
      verb: 'drop',
      noun: 'storage',
      nounId: 'retention',
      domain: null,
      detail,
    }),
  });
  const { months, deletedConversations, forgottenConversations, isDone } = report;
  if (months.length + deletedConversations + forgottenConversations === 0 && isDone) return;
  log.info({ months: months.length, deletedConversations, forgottenConversations, isDone }, 'retention ran');
}
