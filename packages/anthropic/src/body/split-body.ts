import { isKey, scanArray, scanMembers, type Span } from '../json/scan-json.ts';
import { OPEN_BRACKET, QUOTE, skipSpace, skipValue } from '../json/skip-json.ts';
import { findCacheMarkers } from './find-cache-markers.ts';
import { type OverlayPiece, type SliceKind, createSkeletonWriter } from './skeleton.ts';

/** One element of `tools`, `system` or `messages`: its bytes without `cache_control` members. */
export interface BodySlice {
  readonly kind: SliceKind;
  /** A view into the body where nothing was taken out, else a copy. */
  readonly bytes: Uint8Array;
}

/**
 * A body as shared pieces and what is its own. `slices` stand in the order tools, system, messages whatever their order
 * in the body, so that the requests of one conversation begin with the same slices.
 */
export interface SplitBody {
  /** Everything that is not in a slice, and where slices and cache markers go; opaque, read by `joinBody`. */
  readonly skeleton: Uint8Array;
  readonly slices: readonly BodySlice[];
}

/**
 * Cuts a request body at the borders of the elements of `tools`, `system` and `messages` (a `system` that is a string
 * is one slice). Bytes are only moved, never rewritten: `joinBody` gives exactly `body` back, also where a key is there
 * twice or the JSON is sloppy. Null where the top level cannot be stepped over or holds nothing to cut. Never throws.
 */
export function splitBody(body: Uint8Array): SplitBody | null {
  const pieces: { kind: SliceKind; span: Span }[] = [];
  const scanned = scanMembers(body, skipSpace(body, 0), (key, start) => {
    const kind = kindOfKey(body, key);
    if (kind === null) return skipValue(body, start);
    const { spans, end } = cutValue(body, start);
    for (const span of spans) pieces.push({ kind, span });
    return end;
  });
  if (!scanned.ok || pieces.length === 0) return null;

  const slices: Record<SliceKind, BodySlice[]> = { tool: [], system: [], message: [] };
  const skeleton = createSkeletonWriter();
  let end = 0;
  for (const { kind, span } of pieces) {
    const markers = findCacheMarkers(body, span);
    skeleton.literal(body.subarray(end, span.start));
    skeleton.slice(kind, toOverlay(body, span, markers));
    slices[kind].push({ kind, bytes: withoutMarkers(body, span, markers) });
    end = span.end;
  }
  skeleton.literal(body.subarray(end));
  const { tool, system, message } = slices;
  return {
    skeleton: skeleton.finish({ toolCount: tool.length, systemCount: system.length }),
    slices: [...tool, ...system, ...message],
  };
}

function kindOfKey(body: Uint8Array, key: Span): SliceKind | null {
  if (isKey(body, key, 'messages')) return 'message';
  if (isKey(body, key, 'system')) return 'system';
  return isKey(body, key, 'tools') ? 'tool' : null;
}

/** The pieces of one value, and the offset behind it. What is neither list nor text stays in the skeleton whole. */
function cutValue(body: Uint8Array, start: number): { spans: readonly Span[]; end: number } {
  if (body[start] === OPEN_BRACKET) {
    const spans: Span[] = [];
    const scanned = scanArray(body, start, (element) => spans.push(element) > 0);
    if (scanned.ok) return { spans, end: scanned.end };
  }
  const end = skipValue(body, start);
  return { spans: body[start] === QUOTE && end !== -1 ? [{ start, end }] : [], end };
}

function toOverlay(body: Uint8Array, piece: Span, markers: readonly Span[]): OverlayPiece[] {
  let removed = 0;
  return markers.map((marker) => {
    const offset = marker.start - piece.start - removed;
    removed += marker.end - marker.start;
    return { offset, bytes: body.subarray(marker.start, marker.end) };
  });
}

function withoutMarkers(body: Uint8Array, piece: Span, markers: readonly Span[]): Uint8Array {
  if (markers.length === 0) return body.subarray(piece.start, piece.end);
  const removed = markers.reduce((sum, marker) => sum + marker.end - marker.start, 0);
  const bytes = new Uint8Array(piece.end - piece.start - removed);
  let from = piece.start;
  let length = 0;
  for (const until of [...markers, { start: piece.end, end: piece.end }]) {
    bytes.set(body.subarray(from, until.start), length);
    length += until.start - from;
    from = until.end;
  }
  return bytes;
}
