import type { BatchTally } from '@nexus/anthropic';
import type { Attempt, ErrorDetail, HeaderList, PhaseTimings, RequestPayload } from '@nexus/core';
import { type PackedBytes, packBytes, unpackBytes } from './codec.ts';

/** The small parts of a payload that only the request page reads; kept as one packed JSON, never asked by SQL. */
export interface RequestDetails {
  readonly requestHeaders: HeaderList;
  readonly responseHeaders: HeaderList;
  readonly phases: PhaseTimings;
  readonly errorDetail?: ErrorDetail;
  readonly attempts?: readonly Attempt[];
  readonly batch?: BatchTally;
}

/** Packed, the headers of a Claude Code exchange take 900 bytes, against 2,003 as jsonb. */
export function packDetails(payload: RequestPayload): PackedBytes {
  const { requestHeaders, responseHeaders, phases, errorDetail, attempts, batch } = payload;
  const details: RequestDetails = {
    requestHeaders,
    responseHeaders,
    phases,
    ...(errorDetail === undefined ? {} : { errorDetail }),
    ...(attempts === undefined ? {} : { attempts }),
    ...(batch === undefined ? {} : { batch }),
  };
  return packBytes(Buffer.from(JSON.stringify(details)));
}

/** Only `packDetails` writes this column, so its shape is known. */
export function unpackDetails(packed: PackedBytes): RequestDetails {
  const details: RequestDetails = JSON.parse(unpackBytes(packed).toString('utf8'));
  return details;
}
