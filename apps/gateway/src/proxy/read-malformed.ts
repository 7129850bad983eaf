import { METHODS } from 'node:http';

/** What can be told of a request that no parser took: enough to recognise it by. Nothing in it may be acted upon. */
export interface MalformedRequest {
  readonly method: string;
  /** Behind the host, or `/` where there is no telling. */
  readonly target: string;
  /** Those of its headers that are well formed. */
  readonly headers: Headers;
  /** What is wrong with it, as a sentence for whoever sent it; it repeats nothing but names of headers. */
  readonly problem: string;
}

const HEAD_BYTES_MAX = 16_384;
const TARGET_LENGTH_MAX = 2_048;
const HEADERS_MAX = 200;

/** Looks at the first bytes of a request that was refused; the first thing that is wrong counts. */
export function readMalformed(bytes: Uint8Array): MalformedRequest {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, HEAD_BYTES_MAX)).toString(
    'latin1',
  );
  const [first = '', ...lines] = toHead(text).split('\r\n');
  const { method, target, problem } = readRequestLine(first);
  const headers = new Headers();
  let wrong = problem;
  for (const [index, line] of lines.slice(0, HEADERS_MAX).entries()) {
    const trouble = addHeader(headers, line, index + 2);
    wrong ??= trouble;
  }
  return {
    method,
    target,
    headers,
    problem:
      wrong ?? findFramingProblem(headers) ?? findHostProblem(text, headers) ?? 'It breaks the rules of HTTP/1.1.',
  };
}

function toHead(text: string): string {
  const end = text.indexOf('\r\n\r\n');
  return end === -1 ? text : text.slice(0, end);
}

interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly problem: string | null;
}

const NO_METHOD = 'UNKNOWN';
const UNKNOWN_METHOD = 'Its method is none of HTTP; methods are written in capitals, such as GET and POST.';

function readRequestLine(line: string): RequestLine {
  const nothing = { method: NO_METHOD, target: '/' };
  if (line.startsWith('\u0016\u0003')) {
    return { ...nothing, problem: 'It is TLS, and this port speaks plain HTTP: write http:// in the address.' };
  }
  if (line.startsWith('PRI * HTTP/2')) return { ...nothing, problem: 'It is HTTP/2, and this port speaks HTTP/1.1.' };
  const [, method = '', rest = ''] = /^([A-Za-z-]{1,32}) (.*)$/.exec(line) ?? [];
  if (method === '') {
    return { ...nothing, problem: 'It does not begin with a line such as `POST /v1/messages HTTP/1.1`.' };
  }
  if (!METHODS.includes(method)) {
    return { ...nothing, target: toPlainTarget(rest.split(' ', 1)[0] ?? ''), problem: UNKNOWN_METHOD };
  }
  const [, target = '', version = ''] = /^(.*?)(?: HTTP\/(.*))?$/.exec(rest) ?? [];
  const told = { method, target: toPlainTarget(target) };
  if (!/^[\x21-\x7e]+$/.test(target)) {
    return { ...told, problem: 'Its address is missing, or has spaces or characters that must be percent-encoded.' };
  }
  if (version !== '1.1' && version !== '1.0') return { ...told, problem: 'Its first line does not end with HTTP/1.1.' };
  if (method !== 'CONNECT' && !/^(\/|https?:\/\/)/i.test(target)) {
    return { ...told, problem: 'Its address does not begin with `/`: write `/v1/messages`.' };
  }
  return { ...told, problem: null };
}

/** Path and query of a target in whatever form; `/` where it cannot be told. */
function toPlainTarget(target: string): string {
  const path = target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '');
  return /^\/[\x21-\x7e]*$/.test(path) ? path.slice(0, TARGET_LENGTH_MAX) : '/';
}

/** Takes a header that is well formed; what is wrong with it otherwise. */
function addHeader(headers: Headers, line: string, lineNumber: number): string | null {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
  if (name === '') return `Line ${lineNumber} of its head is no header: a name, a colon, a value.`;
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) return `Its header \`${name.slice(0, 64)}\` has a control character.`;
  headers.append(name, value);
  return null;
}

/** Lengths that contradict each other: two programs could read two different requests in such a one. */
function findFramingProblem(headers: Headers): string | null {
  const length = headers.get('content-length');
  const coding = headers.get('transfer-encoding');
  if (length !== null && coding !== null) return 'It has both `content-length` and `transfer-encoding`: leave one out.';
  if (length?.includes(',') === true) return 'It has more than one `content-length`: send one.';
  if (length !== null && !/^\d{1,15}$/.test(length)) return 'Its `content-length` is no number of bytes.';
  if (coding !== null && coding.toLowerCase() !== 'chunked') return 'Its `transfer-encoding` is not `chunked`.';
  return null;
}

/** Whom a request is for must be said in HTTP/1.1 (RFC 9112, 3.2). A head that is not whole may yet say it. */
function findHostProblem(text: string, headers: Headers): string | null {
  const isWhole = text.includes('\r\n\r\n');
  return isWhole && headers.get('host') === null ? 'It has no `host` header: send the name that was called.' : null;
}
