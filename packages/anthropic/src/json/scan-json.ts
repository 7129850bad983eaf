import {
  BACKSLASH,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  skipSpace,
  skipString,
  skipValue,
} from './skip-json.ts';

/** A piece of JSON: offsets of its first byte and of the one behind it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The offset behind what was scanned, or what is wrong and where. */
export type ScanResult =
  | { readonly ok: true; readonly end: number }
  | { readonly ok: false; readonly problem: string; readonly offset: number };

/** Calls `visit` for each member of the object that begins at `from`; the key span includes its quotes. */
export function scanObject(bytes: Uint8Array, from: number, visit: (key: Span, value: Span) => void): ScanResult {
  return scanMembers(bytes, from, (key, start) => {
    const end = skipValue(bytes, start);
    if (end !== -1) visit(key, { start, end });
    return end;
  });
}

/** The same for a caller that steps over the values itself: `stepOver` gives the offset behind the value, or -1. */
export function scanMembers(
  bytes: Uint8Array,
  from: number,
  stepOver: (key: Span, valueStart: number) => number,
): ScanResult {
  if (bytes[from] !== OPEN_BRACE) return fault('an object was expected', from);
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === CLOSE_BRACE) return { ok: true, end: at + 1 };
  for (;;) {
    if (bytes[at] !== QUOTE) return fault(at >= bytes.length ? ENDS_EARLY : 'a key was expected', at);
    const keyEnd = skipString(bytes, at);
    if (keyEnd === -1) return fault(ENDS_EARLY, bytes.length);
    const colon = skipSpace(bytes, keyEnd);
    if (bytes[colon] !== COLON) return fault(colon >= bytes.length ? ENDS_EARLY : 'a colon was expected', colon);
    const start = skipSpace(bytes, colon + 1);
    const end = stepOver({ start: at, end: keyEnd }, start);
    if (end === -1) return missingValue(bytes, start);
    at = skipSpace(bytes, end);
    if (bytes[at] === CLOSE_BRACE) return { ok: true, end: at + 1 };
    if (bytes[at] !== COMMA) return fault(at >= bytes.length ? ENDS_EARLY : 'a comma was expected', at);
    at = skipSpace(bytes, at + 1);
  }
}

/** Calls `visit` for each element of the array that begins at `from`, until it gives false. */
export function scanArray(bytes: Uint8Array, from: number, visit: (element: Span) => boolean): ScanResult {
  if (bytes[from] !== OPEN_BRACKET) return fault('an array was expected', from);
  let at = skipSpace(bytes, from + 1);
  if (bytes[at] === CLOSE_BRACKET) return { ok: true, end: at + 1 };
  for (;;) {
    const end = skipValue(bytes, at);
    if (end === -1) return missingValue(bytes, at);
    if (!visit({ start: at, end })) return { ok: true, end };
    at = skipSpace(bytes, end);
    if (bytes[at] === CLOSE_BRACKET) return { ok: true, end: at + 1 };
    if (bytes[at] !== COMMA) return fault(at >= bytes.length ? ENDS_EARLY : 'a comma was expected', at);
    at = skipSpace(bytes, at + 1);
  }
}

/** The value of the last member called `name` of the object that begins at `from`; null where there is none. */
export function findMember(bytes: Uint8Array, from: number, name: string): Span | null {
  let found: Span | null = null;
  const scanned = scanObject(bytes, from, (key, value) => {
    if (isKey(bytes, key, name)) found = value;
  });
  return scanned.ok ? found : null;
}

/** Whether the string at `key` spells `name`, also where it is written with escapes, as a parser would read it. */
export function isKey(bytes: Uint8Array, key: Span, name: string): boolean {
  const length = key.end - key.start - 2;
  // Six bytes a character (`\u0061`) is the longest way to write a name.
  if (length < name.length || length > name.length * 6) return false;
  if (length === name.length) {
    for (let i = 0; i < length; i++) {
      if (bytes[key.start + 1 + i] !== name.charCodeAt(i)) return false;
    }
    return true;
  }
  return isEscaped(bytes, key) && readString(bytes, key) === name;
}

/** A loop, since this runs for nearly every key: a view to search in costs more than the search. */
function isEscaped(bytes: Uint8Array, { start, end }: Span): boolean {
  for (let at = start; at < end; at += 1) {
    if (bytes[at] === BACKSLASH) return true;
  }
  return false;
}

const decoder = new TextDecoder();

/** The text of the string token at `token`; null where it is not a string that JSON allows. */
export function readString(bytes: Uint8Array, token: Span): string | null {
  if (bytes[token.start] !== QUOTE) return null;
  const text = decoder.decode(bytes.subarray(token.start, token.end));
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' ? value : null;
  } catch {
    return null;
  }
}

/** The parsed value of `span`; undefined where it is not JSON. For small pieces only: the caller bounds them. */
export function parseSpan(bytes: Uint8Array, span: Span): unknown {
  try {
    return JSON.parse(decoder.decode(bytes.subarray(span.start, span.end)));
  } catch {
    return undefined;
  }
}

const ENDS_EARLY = 'the JSON ends too early';

function fault(problem: string, offset: number): ScanResult {
  return { ok: false, problem, offset };
}

function missingValue(bytes: Uint8Array, at: number): ScanResult {
  const border = bytes[at];
  const misplaced = border === COMMA || border === COLON || border === CLOSE_BRACE || border === CLOSE_BRACKET;
  return misplaced ? fault('a value was expected', at) : fault(ENDS_EARLY, bytes.length);
}
