import type { Span } from '../json/scan-json.ts';
import { BACKSLASH, CLOSE_BRACE, COLON, COMMA, isSpace, OPEN_BRACE, skipSpace, skipValue } from '../json/skip-json.ts';

/** A marker is a few words; something longer under this name, spaces included, is content and stays where it is. */
const MARKER_BYTES_MAX = 512;

const KEY = new TextEncoder().encode('"cache_control"');
const UNDERSCORE = 0x5f;
const UNDERSCORE_AT = KEY.indexOf(UNDERSCORE);

/**
 * The `cache_control` members in `piece`, at any depth, each with the comma that goes with it; in order, never
 * overlapping. Clients move these markers from turn to turn while everything around them stays.
 *
 * The name is searched for by its rarest byte. Within a JSON string its quotes would be escaped, so an unescaped
 * `"cache_control":` is always a key.
 */
export function findCacheMarkers(body: Uint8Array, piece: Span): Span[] {
  const markers: Span[] = [];
  // Searched in a view that ends where the piece does: else each of 100,000 pieces without one is searched to the body's end.
  const near = body.subarray(0, piece.end);
  let taken = piece.start;
  let at = near.indexOf(UNDERSCORE, piece.start + UNDERSCORE_AT);
  while (at !== -1) {
    const key = at - UNDERSCORE_AT;
    const marker = key >= taken && isMarkerKey(body, key) ? readMarker(body, key, piece.end) : null;
    if (marker !== null && marker.start >= taken) {
      markers.push(marker);
      taken = marker.end;
    }
    at = near.indexOf(UNDERSCORE, at + 1);
  }
  return markers;
}

function isMarkerKey(body: Uint8Array, key: number): boolean {
  for (let i = 0; i < KEY.length; i++) {
    if (body[key + i] !== KEY[i]) return false;
  }
  return body[key - 1] !== BACKSLASH;
}

/** The member whose key begins at `key`, with the comma before it, or the one behind it where it comes first. */
function readMarker(body: Uint8Array, key: number, limit: number): Span | null {
  // Looked for in a bounded view: markers opened within markers would else be stepped over again and again.
  const near = body.subarray(0, Math.min(limit, key + MARKER_BYTES_MAX));
  const colon = skipSpace(near, key + KEY.length);
  if (near[colon] !== COLON) return null;
  const value = skipSpace(near, colon + 1);
  if (near[value] !== OPEN_BRACE && !isNull(near, value)) return null;
  const end = skipValue(near, value);
  const next = end === -1 ? -1 : skipSpace(near, end);
  if (near[next] !== COMMA && near[next] !== CLOSE_BRACE) return null;
  const before = skipSpaceBack(body, key);
  if (body[before] === COMMA) return { start: before, end };
  if (body[before] !== OPEN_BRACE) return null;
  return near[next] === COMMA ? { start: key, end: skipSpace(near, next + 1) } : { start: key, end };
}

function isNull(body: Uint8Array, at: number): boolean {
  return body[at] === 0x6e && body[at + 1] === 0x75 && body[at + 2] === 0x6c && body[at + 3] === 0x6c;
}

/** The offset of the last byte before `at` that is no space; -1 where there is none. */
function skipSpaceBack(body: Uint8Array, at: number): number {
  let before = at - 1;
  while (before >= 0 && isSpace(body[before])) before -= 1;
  return before;
}
