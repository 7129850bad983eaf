import { isKey, scanObject, type Span } from '../json/scan-json.ts';
import { skipSpace } from '../json/skip-json.ts';

/**
 * The body without its top-level fields of these names, every other byte of a field as it was; the very same bytes where it
 * has none of them, or is not an object.
 */
export function removeFields(body: Uint8Array, names: readonly string[]): Uint8Array {
  const kept: Span[] = [];
  let first: number | null = null;
  let behind = 0;
  let removed = false;
  const scanned = scanObject(body, skipSpace(body, 0), (key, value) => {
    first ??= key.start;
    behind = value.end;
    if (names.some((name) => isKey(body, key, name))) removed = true;
    else kept.push({ start: key.start, end: value.end });
  });
  if (!scanned.ok || !removed || first === null) return body;
  const parts: Uint8Array[] = [];
  for (const { start, end } of kept) parts.push(parts.length === 0 ? NOTHING : COMMA_BYTES, body.subarray(start, end));
  return Buffer.concat([body.subarray(0, first), ...parts, body.subarray(behind)]);
}

const NOTHING = new Uint8Array();
const COMMA_BYTES = new Uint8Array([0x2c]);
