import { maskHeaders, maskSecretText } from '@nexus/anthropic';
import type { ExchangeRecord } from './recorder.ts';

/** The record without the secrets that its headers, path or query carried: what may be written anywhere. */
export function maskRecord(record: ExchangeRecord): ExchangeRecord {
  return {
    ...record,
    path: maskSecretText(record.path),
    query: maskSecretText(record.query),
    requestHeaders: maskHeaders(record.requestHeaders),
    responseHeaders: maskHeaders(record.responseHeaders),
  };
}
