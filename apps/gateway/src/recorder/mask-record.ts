import { maskHeaders, maskSecretText } from '@nexus/anthropic';
import type { Attempt, ErrorDetail } from '@nexus/core';
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
    errorDetail: record.errorDetail === null ? null : maskDetail(record.errorDetail),
    // A journal of a version that knew of no attempts has none.
    attempts: (record.attempts ?? []).map(maskAttempt),
    requestHeaders: maskHeaders(record.requestHeaders),
    responseHeaders: maskHeaders(record.responseHeaders),
  };
}

function maskAttempt(attempt: Attempt): Attempt {
  return { ...attempt, because: maskSecretText(attempt.because) };
}

function maskDetail(detail: ErrorDetail): ErrorDetail {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [name, typeof value === 'string' ? maskSecretText(value) : value]),
  );
}
