import type { RequestFacts } from '@nexus/core';
import type { Logger } from '@nexus/telemetry';
import type { ExchangeRecord } from './recorder.ts';

/** The one line of an exchange that is over. `facts` are null where it could not be recorded. */
export function writeExchangeLine(
  log: Pick<Logger, 'info' | 'warn'>,
  record: ExchangeRecord,
  facts: RequestFacts | null,
): void {
  const outcome = facts?.outcome ?? record.outcome;
  const fields = {
    requestId: record.requestId,
    domain: record.domain,
    keyId: record.keyId,
    accountId: record.accountId,
    method: record.method,
    path: record.path,
    model: record.model,
    status: record.status,
    outcome,
    durationMs: record.durationMs,
    firstByteMs: record.firstByteMs,
    firstTokenMs: record.firstTokenMs,
    requestBytes: record.requestBytes,
    responseBytes: record.responseBytes,
    outputTokens: facts?.usage?.outputTokens ?? null,
    ...(record.errorCode === null ? {} : { errorCode: record.errorCode, detail: record.errorDetail }),
  };
  if (outcome === 'failed' || outcome === 'timed-out' || record.errorCode === 'unexpected') {
    log.warn(fields, 'exchange');
  } else log.info(fields, 'exchange');
}
