import { toUpstreamHeaders } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import { type Exchange, type StopReason, enterPhase } from './exchange.ts';
import { stripBetas } from '../accounts/strip-betas.ts';
import { applyHeaderPolicy } from '../accounts/header-policy.ts';
import { toUpstreamUrl } from '../accounts/upstream.ts';
import type { Routed } from './pick-account.ts';
import type { PieceReader } from './hold-head.ts';
import { type RequestBody, UPLOAD_BYTES_MAX } from './receive.ts';
import { toProblemCode } from './problem-code.ts';
import { isBodilessMethod } from './read-bounded-body.ts';

/** A request that Claude has begun to answer. */
export interface Forwarded {
  readonly phase: 'forwarded';
  readonly response: Response;
  /** Where the head of the answer was held back: gives all of it. Null where nothing of the body was read yet. */
  readonly reader: PieceReader | null;
}

/** The part of `fetch` that we use, so that a test may pass its own. */
export type UpstreamFetch = (url: string, options: BunFetchRequestInit) => Promise<Response>;

export interface ForwardParts {
  readonly fetch: UpstreamFetch;
}

/** Sends the received bytes on, unchanged, and waits for the head of the answer. Never retries. */
export async function forward(exchange: Exchange, routed: Routed, parts: ForwardParts): Promise<Forwarded> {
  enterPhase(exchange, 'forward');
  const { upstream } = routed;
  exchange.forwarded = true;
  exchange.forwardedAtMs = exchange.elapsedMs();
  exchange.waitingSinceMs = exchange.forwardedAtMs;
  exchange.firstByteMs = null;
  exchange.contact = upstream.contact;
  upstream.contact.expect();
  try {
    const response = await parts.fetch(toUpstreamUrl(upstream, exchange.path, exchange.query), {
      method: exchange.method,
      ...toUpstreamRequest(exchange, routed),
      signal: exchange.upstreamAbort.signal,
      redirect: 'manual',
      // Without it the body would be decoded and `content-encoding` left standing: a broken answer.
      decompress: false,
      ...upstream.connection,
    });
    exchange.firstByteMs = exchange.elapsedMs();
    exchange.waitingSinceMs = exchange.firstByteMs;
    upstream.contact.seen();
    return { phase: 'forwarded', response, reader: null };
  } catch (error) {
    exchange.waitingSinceMs = null;
    throw toStoppedError(exchange.stoppedBy, error);
  }
}

function toUpstreamRequest(exchange: Exchange, routed: Routed): Pick<BunFetchRequestInit, 'headers' | 'body'> {
  const { credential, clientKey, upstream } = routed;
  const listed = (exchange.headerList ??= [...exchange.headers]);
  const headers = toUpstreamHeaders(exchange.headers, { credential, clientKey, listed });
  const body = toUpstreamBody(exchange, routed.received.body);
  if (upstream.headers !== null) applyHeaderPolicy(headers, upstream.headers);
  if (upstream.withoutBetas.length === 0 || !(body === null || body instanceof Uint8Array)) return { headers, body };
  return { headers, body: stripBetas(headers, body, upstream.withoutBetas) };
}

/** What to tell of an exchange whose upstream half ended before any answer. */
export function toStoppedError(stoppedBy: StopReason | null, cause: unknown): unknown {
  if (cause instanceof GatewayError) return cause;
  switch (stoppedBy) {
    case 'connect-timeout':
    case 'first-byte-timeout':
    case 'idle-timeout':
    case 'total-timeout':
      return new GatewayError('upstream-timeout', { cause, detail: { because: stoppedBy } });
    case 'closing':
      return new GatewayError('shutting-down', { cause });
    default:
      return toUnreachable(cause);
  }
}

/** Says why where that can be said in words, to the caller too: nobody can mend "could not be reached". */
function toUnreachable(cause: unknown): GatewayError {
  const because = toProblemCode(cause);
  const words = UNREACHABLE_WORDS.find(([codes]) => codes.test(because))?.[1];
  return new GatewayError('upstream-unreachable', {
    cause,
    detail: { because },
    ...(words === undefined ? {} : { publicMessage: `Claude could not be reached: ${words}.` }),
  });
}

/** Codes of Bun 1.4.5, which are those of Node and OpenSSL. */
const UNREACHABLE_WORDS: readonly (readonly [codes: RegExp, words: string])[] = [
  [/^ECONNREFUSED$/, 'the connection was refused'],
  [/^(ENOTFOUND|EAI_\w+)$/, 'its host name was not found'],
  [/^(EHOSTUNREACH|ENETUNREACH)$/, 'there is no way to its network'],
  [/^(ECONNRESET|EPIPE)$/, 'the connection was closed without an answer'],
  [/^(EPROTO|ERR_SSL_\w+)$/, 'the TLS handshake failed'],
  [/CERT|SELF_SIGNED|ISSUER|LEAF_SIGNATURE|^ERR_TLS_\w+$/, 'its TLS certificate is not trusted'],
  [/^Malformed_HTTP_Response$/, 'what answered there does not speak HTTP'],
];

function toUpstreamBody(exchange: Exchange, body: RequestBody): BunFetchRequestInit['body'] {
  // `fetch` refuses a body here, and no route of Claude's reads one.
  if (body.kind === 'none' || isBodilessMethod(exchange.method)) return null;
  return body.kind === 'bytes' ? body.bytes : countUpload(exchange, body.stream);
}

/** Passes an upload on piece by piece, counting, within its bound. */
function countUpload(exchange: Exchange, stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  exchange.requestBytes = 0;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reader.read();
      if (done) {
        controller.close();
        return;
      }
      exchange.requestBytes += value.byteLength;
      exchange.waitingSinceMs = exchange.elapsedMs();
      if (exchange.requestBytes > UPLOAD_BYTES_MAX) {
        controller.error(new GatewayError('body-too-large'));
        await reader.cancel();
        return;
      }
      controller.enqueue(value);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
