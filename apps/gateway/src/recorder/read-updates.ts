import type { ExchangeRecord } from './recorder.ts';
import type { ExchangeUpdate, SentBatch } from './thread-messages.ts';

/** What a batch says, put together again. Written by `packUpdates` of the same process. */
export function readUpdates({ updates, records }: Pick<SentBatch, 'updates' | 'records'>): readonly ExchangeUpdate[] {
  const parsed: readonly Omit<ExchangeUpdate, 'record'>[] = JSON.parse(updates);
  return parsed.map((update, index) => Object.assign(update, { record: readRecord(records[index] ?? null) }));
}

function readRecord(text: string | null): ExchangeRecord | null {
  if (text === null) return null;
  const record: ExchangeRecord = JSON.parse(text);
  return record;
}
