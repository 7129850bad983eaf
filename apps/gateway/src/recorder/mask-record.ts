import { maskHeaders, maskSecretText } from '@nexus/anthropic';
import type { ExchangeRecord } from './recorder.ts';

/** The record without the secrets that a caller let slip into headers, path, query or names: what may be written anywhere. */
export function maskRecord(record: ExchangeRecord): ExchangeRecord {
  return {
    ...record,
    path: maskSecretText(record.path),
    query: maskSecretText(record.query),
    model: record.model === null ? null : maskSecretText(record.model),
    sessionId: record.sessionId === null ? null : maskSecretText(record.sessionId),
    affinityKey: maskSecretText(record.affinityKey),
    requestHeaders: maskHeaders(record.requestHeaders),
    responseHeaders: maskHeaders(record.responseHeaders),
  };
}
