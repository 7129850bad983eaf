/** Header names as they were written, and values, in wire order with duplicates. */
export type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** How the end of a request body is told. */
export type BodyFraming = { readonly kind: 'length'; readonly bytes: number } | { readonly kind: 'chunked' };

/** The request line and the headers, exactly as they came. */
export interface RequestHead {
  readonly method: string;
  /** The request target: path and query, or absolute-form. */
  readonly target: string;
  readonly headers: HeaderPairs;
  readonly framing: BodyFraming;
  readonly expectsContinue: boolean;
}

/** Parses everything before the empty line (without it); null where it is not HTTP/1.1. */
export function parseRequestHead(text: string): RequestHead | null {
  const lines = text.split('\r\n');
  const [method, target, version] = (lines[0] ?? '').split(' ');
  if (method === undefined || target === undefined || version?.startsWith('HTTP/1.') !== true) return null;
  const headers: [string, string][] = [];
  let framing: BodyFraming = { kind: 'length', bytes: 0 };
  let expectsContinue = false;
  for (let index = 1; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const colon = line.indexOf(':');
    if (colon <= 0) return null;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).trim();
    headers.push([name, value]);
    const known = name.toLowerCase();
    if (known === 'content-length' && framing.kind === 'length') framing = { kind: 'length', bytes: Number(value) };
    if (known === 'transfer-encoding' && value.toLowerCase().includes('chunked')) framing = { kind: 'chunked' };
    if (known === 'expect') expectsContinue = value.toLowerCase() === '100-continue';
  }
  if (framing.kind === 'length' && !Number.isSafeInteger(framing.bytes)) return null;
  return { method, target, headers, framing, expectsContinue };
}

/** The first value of a header, whatever its letter case; null where it was not sent. */
export function findHeader(headers: HeaderPairs, name: string): string | null {
  for (const [candidate, value] of headers) {
    if (candidate.length === name.length && candidate.toLowerCase() === name) return value;
  }
  return null;
}
