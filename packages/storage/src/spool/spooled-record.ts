import type { Fingerprint, PricedAbandonedCall, RequestFacts, WindowSample } from '@nexus/core';
import type { PackedBytes } from '../codec/codec.ts';
import type { BodyMethod } from '../schema.ts';
import { StorageError } from '../storage-error.ts';

/** A slice that the database may not have yet. */
export interface PackedSlice extends PackedBytes {
  readonly hash: Buffer;
  readonly rawBytes: number;
}

/** A request body, split and packed, whose base is not chosen yet: it carries the hashes of all of its slices. */
export interface PackedRequestBody {
  readonly method: BodyMethod;
  readonly rawBytes: number;
  readonly rawSha256: Buffer | null;
  /** The skeleton, or the whole body. */
  readonly body: PackedBytes;
  /** Hashes of all slices, joined. */
  readonly hashes: Buffer;
  readonly details: PackedBytes;
}

export interface PackedResponseBody {
  readonly encoding: string | null;
  readonly truncated: boolean;
  readonly rawBytes: number;
  readonly rawSha256: Buffer;
  readonly body: PackedBytes;
  readonly timings: Buffer;
}

/** A record as the spool and the writer know it: everything that its rows need, whatever became of records before it. */
export interface SpooledRecord {
  readonly facts: RequestFacts;
  /** Null where the payload was dropped. */
  readonly request: PackedRequestBody | null;
  readonly response: PackedResponseBody | null;
  readonly slices: readonly PackedSlice[];
  /** What linking must know; null in a frame that was spooled before requests were linked. */
  readonly fingerprint: Fingerprint | null;
  /** What its answer told of the windows of its account; absent in a frame that was spooled before they were kept. */
  readonly windows?: readonly WindowSample[];
  /** Messages of a batch whose results were fetched, as JSON; absent where there are none. */
  readonly batch?: PackedBytes;
  /** Calls before the one that answered, where they used something; absent where none did. */
  readonly abandonedCalls?: readonly PricedAbandonedCall[];
}

/** Gives the parts of a frame: a JSON head with the facts and the lengths, then the bytes as they are. */
export function toFrameParts({
  facts,
  request,
  response,
  slices,
  fingerprint,
  windows,
  batch,
  abandonedCalls,
}: SpooledRecord): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const keep = (bytes: Uint8Array): number => parts.push(bytes) - 1;
  const pack = ({ codec, data }: PackedBytes): StoredBytes => ({ codec, part: keep(data) });
  const head: FrameHead = {
    version: 1,
    facts,
    fingerprint,
    ...(windows === undefined ? {} : { windows }),
    ...(batch === undefined ? {} : { batch: pack(batch) }),
    ...(abandonedCalls === undefined ? {} : { abandonedCalls }),
    request: request && {
      method: request.method,
      rawBytes: request.rawBytes,
      sha256: request.rawSha256 && keep(request.rawSha256),
      body: pack(request.body),
      hashes: keep(request.hashes),
      details: pack(request.details),
    },
    response: response && {
      encoding: response.encoding,
      truncated: response.truncated,
      rawBytes: response.rawBytes,
      sha256: keep(response.rawSha256),
      body: pack(response.body),
      timings: keep(response.timings),
    },
    slices: slices.map(({ codec, data, hash, rawBytes }) => ({ codec, part: keep(data), hash: keep(hash), rawBytes })),
    lengths: [],
  };
  const lengths = parts.map((part) => part.byteLength);
  const json = Buffer.from(JSON.stringify({ ...head, lengths }));
  const headBytes = Buffer.allocUnsafe(4);
  headBytes.writeUInt32LE(json.byteLength);
  return [headBytes, json, ...parts];
}

/** The record of a frame. Throws `body-damaged` for a frame of a later version. */
export function parseFrame(content: Buffer): SpooledRecord {
  const start = 4 + content.readUInt32LE(0);
  const head: FrameHead = JSON.parse(content.toString('utf8', 4, start));
  if (head.version !== 1) throw new StorageError('body-damaged', `unknown frame version ${String(head.version)}`);
  let offset = start;
  const parts = head.lengths.map((length) => content.subarray(offset, (offset += length)));
  const part = (index: number): Buffer => parts[index] ?? Buffer.alloc(0);
  const unpack = ({ codec, part: index }: StoredBytes): PackedBytes => ({ codec, data: part(index) });
  const { request, response } = head;
  return {
    facts: { ...LATER_FACTS, ...head.facts },
    fingerprint: head.fingerprint ?? null,
    ...(head.windows === undefined ? {} : { windows: head.windows }),
    ...(head.batch === undefined ? {} : { batch: unpack(head.batch) }),
    ...(head.abandonedCalls === undefined ? {} : { abandonedCalls: head.abandonedCalls }),
    request: request && {
      method: request.method,
      rawBytes: request.rawBytes,
      rawSha256: request.sha256 === null ? null : part(request.sha256),
      body: unpack(request.body),
      hashes: part(request.hashes),
      details: unpack(request.details),
    },
    response: response && {
      encoding: response.encoding,
      truncated: response.truncated,
      rawBytes: response.rawBytes,
      rawSha256: part(response.sha256),
      body: unpack(response.body),
      timings: part(response.timings),
    },
    slices: head.slices.map(({ codec, part: data, hash, rawBytes }) => ({
      codec,
      data: part(data),
      hash: part(hash),
      rawBytes,
    })),
  };
}

/** Facts that a frame of an earlier version does not have. */
const LATER_FACTS = { userId: null, project: null };

/** Bytes that a record holds in memory, near enough to bound a queue by. */
export function countBytes({ request, response, slices, fingerprint, batch }: SpooledRecord): number {
  const steps = (fingerprint?.chain?.steps.length ?? 0) * STEP_BYTES;
  const own = request ? request.body.data.byteLength + request.hashes.byteLength + request.details.data.byteLength : 0;
  const answer = response ? response.body.data.byteLength + response.timings.byteLength : 0;
  return slices.reduce(
    (bytes, slice) => bytes + slice.data.byteLength + SLICE_BYTES,
    own + answer + steps + (batch?.data.byteLength ?? 0) + FACTS_BYTES,
  );
}

/** The facts as JSON, measured on Claude Code requests. */
const FACTS_BYTES = 1_200;
const SLICE_BYTES = 100;
/** Two hashes as hex in JSON. */
const STEP_BYTES = 90;

/** Numbers in here are indexes of parts. */
interface StoredBytes {
  readonly codec: number;
  readonly part: number;
}

interface FrameHead {
  readonly version: 1;
  readonly facts: RequestFacts;
  readonly fingerprint?: Fingerprint | null;
  readonly windows?: readonly WindowSample[];
  readonly batch?: StoredBytes;
  readonly abandonedCalls?: readonly PricedAbandonedCall[];
  readonly request: {
    readonly method: BodyMethod;
    readonly rawBytes: number;
    readonly sha256: number | null;
    readonly body: StoredBytes;
    readonly hashes: number;
    readonly details: StoredBytes;
  } | null;
  readonly response: {
    readonly encoding: string | null;
    readonly truncated: boolean;
    readonly rawBytes: number;
    readonly sha256: number;
    readonly body: StoredBytes;
    readonly timings: number;
  } | null;
  readonly slices: readonly (StoredBytes & { readonly hash: number; readonly rawBytes: number })[];
  readonly lengths: readonly number[];
}
