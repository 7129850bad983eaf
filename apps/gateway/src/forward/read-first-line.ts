import { HEAD_BYTES_MAX } from '../callers/said-head.ts';

/** What a connection begins with. */
export interface FirstLine {
  readonly kind: 'connect' | 'absolute' | 'reverse';
  /** As the caller wrote it. */
  readonly target: string;
  /** Bytes up to the end of the head, for CONNECT; null for others. */
  readonly headBytes: number | null;
}

export type ReadFirstLine = FirstLine | { readonly kind: 'unfinished' } | { readonly kind: 'malformed' };

/**
 * Reads the request line at the beginning of a connection. `Bun.serve` reads it too, but keeps only `Host` of a target in
 * absolute form, which may say something else (tried on 1.4.5); so whom a caller meant is known only here.
 */
export function readFirstLine(bytes: Uint8Array): ReadFirstLine {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD_BYTES_MAX)).toString(
    'latin1',
  );
  const lineEnd = text.indexOf('\r\n');
  // Whoever speaks TLS here, or anything but HTTP, is told at once.
  if (!/^[A-Z]{0,32}($|[A-Z ])/.test(text)) return { kind: 'malformed' };
  if (lineEnd === -1) return { kind: 'unfinished' };
  const [, method = '', target = ''] =
    /^([A-Z]{1,32}) ([\x21-\x7e]+) HTTP\/1\.[01]$/.exec(text.slice(0, lineEnd)) ?? [];
  if (method === 'CONNECT') return readConnect(text, target);
  if (target.startsWith('/') || target === '*') return { kind: 'reverse', target, headBytes: null };
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(target)) return { kind: 'absolute', target, headBytes: null };
  return { kind: 'malformed' };
}

function readConnect(text: string, target: string): ReadFirstLine {
  const headEnd = text.indexOf('\r\n\r\n');
  return headEnd === -1 ? { kind: 'unfinished' } : { kind: 'connect', target, headBytes: headEnd + 4 };
}
