import { type BodySlice, joinBody, splitBody } from '@nexus/anthropic';
import { type RecordedRequest, toWindowSamples } from '@nexus/core';
import { packBytes } from '../codec/codec.ts';
import { packDetails } from '../codec/details.ts';
import { toSha256, toSliceHash } from '../codec/hash.ts';
import { packTimings } from '../codec/timings.ts';
import type { FingerprintRecord, MessageSlice } from '../linking/fingerprint-record.ts';
import { packBatchMessages } from '../usage/batch-messages.ts';
import type { PackedRequestBody, PackedResponseBody, PackedSlice, SpooledRecord } from '../spool/spooled-record.ts';

/** Packs a slice, or says that the database has it already. */
export type SlicePacker = (hash: Buffer, bytes: Uint8Array) => PackedSlice | null;

/** Splits, hashes and packs one finished record. The heaviest step of recording; runs in the worker thread only. */
export function packRecord(record: RecordedRequest, { packSlice, fingerprintRecord }: RecordPacker): SpooledRecord {
  const slices: PackedSlice[] = [];
  const messages: MessageSlice[] = [];
  const request = packRequest(record, ({ bytes, kind }) => {
    const hash = toSliceHash(bytes);
    const slice = packSlice(hash, bytes);
    if (slice) slices.push(slice);
    if (kind === 'message') messages.push({ bytes, hash });
    return hash;
  });
  return {
    facts: record.facts,
    request,
    response: packResponse(record),
    slices,
    fingerprint: fingerprintRecord(record, messages.length > 0 ? messages : undefined),
    windows: toWindowSamples(record.payload.responseHeaders),
    ...(record.batchMessages === undefined ? {} : { batch: packBatchMessages(record.batchMessages) }),
    ...(record.abandonedCalls === undefined ? {} : { abandonedCalls: record.abandonedCalls }),
  };
}

export interface RecordPacker {
  readonly packSlice: SlicePacker;
  readonly fingerprintRecord: FingerprintRecord;
}

/** The same facts without anything heavy: what is kept under pressure, and of a record that cannot be written. */
export function dropPayload(record: SpooledRecord): SpooledRecord {
  return { ...record, facts: { ...record.facts, payload: 'dropped' }, request: null, response: null, slices: [] };
}

function packRequest({ payload }: RecordedRequest, keepSlice: (slice: BodySlice) => Buffer): PackedRequestBody {
  const details = packDetails(payload);
  const raw = payload.requestBody;
  if (raw === null) {
    const body = packBytes(new Uint8Array());
    return { method: 'none', rawBytes: 0, rawSha256: null, body, hashes: Buffer.alloc(0), details };
  }
  const known = { rawBytes: raw.byteLength, rawSha256: toSha256(raw), details };
  const split = findSplit(raw);
  if (!split) return { ...known, method: 'whole', body: packBytes(raw), hashes: Buffer.alloc(0) };
  const hashes = split.slices.map(keepSlice);
  return { ...known, method: 'slices', body: packBytes(split.skeleton), hashes: Buffer.concat(hashes) };
}

/** The longest conversations have some thousand messages; 100,000 tiny ones cost 1.1 s here and 1.8 s in the database. */
const SLICES_MAX = 10_000;

/** A split is only used where joining it gives the same bytes back: a byte-exact record matters more than a small one. */
function findSplit(raw: Uint8Array): ReturnType<typeof splitBody> {
  const split = splitBody(raw);
  if (!split || split.slices.length === 0 || split.slices.length > SLICES_MAX) return null;
  return Buffer.compare(joinBody(split), raw) === 0 ? split : null;
}

function packResponse({ facts, payload }: RecordedRequest): PackedResponseBody | null {
  const raw = payload.responseBody;
  if (raw === null) return null;
  return {
    encoding: payload.responseEncoding,
    truncated: facts.payload === 'truncated',
    rawBytes: raw.byteLength,
    rawSha256: toSha256(raw),
    body: packBytes(raw),
    timings: packTimings(payload.responseTimings),
  };
}
