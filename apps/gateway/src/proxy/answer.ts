import { toAnswerHeaders } from '@nexus/anthropic';
import { GatewayError } from '@nexus/contract';
import type { Exchange } from './exchange.ts';
import type { Observed } from './observe.ts';

/** What answering tells the rest of the pipeline. */
export interface AnswerParts {
  /** A piece has been handed to the caller. */
  readonly onPiece: (exchange: Exchange, observed: Observed, piece: Uint8Array) => void;
  /** All pieces so far have left this process. */
  readonly onPassed: (exchange: Exchange) => void;
  /** The answer is over; `broken` where the upstream ended it early. Called once. */
  readonly onEnd: (exchange: Exchange, observed: Observed, broken: boolean) => void;
}

/** Answers with a declared length up to this are passed on whole: cheaper, and the length stays (a stream loses it). */
const WHOLE_ANSWER_BYTES_MAX = 262_144;

/** Passes status, headers and bytes of the upstream on, unchanged, as they come. */
export async function answer(exchange: Exchange, observed: Observed, parts: AnswerParts): Promise<Response> {
  exchange.phases.join('answer');
  const { response } = observed;
  const headers = toAnswerHeaders(response.headers, exchange.requestId);
  const init = { status: response.status, headers };
  exchange.status = response.status;
  exchange.responseHeaders = response.headers;
  if (response.body === null || isBodiless(exchange.method, response.status)) {
    await response.body?.cancel();
    parts.onEnd(exchange, observed, false);
    return new Response(null, init);
  }
  const declared = findDeclaredLength(response.headers);
  if (declared !== null && declared <= WHOLE_ANSWER_BYTES_MAX) return answerWhole(exchange, observed, { parts, init });
  return new Response(toPassingStream(exchange, observed, { parts, body: response.body }), init);
}

interface WholeAnswer {
  readonly parts: AnswerParts;
  readonly init: { readonly status: number; readonly headers: Headers };
}

async function answerWhole(exchange: Exchange, observed: Observed, { parts, init }: WholeAnswer): Promise<Response> {
  let bytes: Uint8Array;
  try {
    bytes = await observed.response.bytes();
  } catch (cause) {
    // Nothing went out yet, so the caller gets a clear error instead of a torn body.
    throw new GatewayError(exchange.stoppedBy === null ? 'upstream-unreachable' : 'upstream-timeout', {
      cause,
      detail: { because: exchange.stoppedBy ?? 'answer-cut' },
    });
  }
  const response = new Response(bytes, init);
  if (bytes.byteLength > 0) parts.onPiece(exchange, observed, bytes);
  parts.onEnd(exchange, observed, false);
  return response;
}

interface Passing {
  readonly parts: AnswerParts;
  readonly body: ReadableStream<Uint8Array>;
}

/**
 * A direct stream: written as read, flushed per piece so that a token never waits for the next, and the flush awaited
 * so that a slow caller slows the upstream instead of filling our memory.
 */
function toPassingStream(exchange: Exchange, observed: Observed, { parts, body }: Passing): ReadableStream {
  const reader = body.getReader();
  return new ReadableStream({
    type: 'direct',
    async pull(sink) {
      try {
        for (;;) {
          exchange.waitingSinceMs = exchange.elapsedMs();
          const { done, value } = await reader.read();
          exchange.waitingSinceMs = null;
          if (done) break;
          const written = sink.write(value);
          const flushed = sink.flush(true);
          parts.onPiece(exchange, observed, value);
          await written;
          await flushed;
          parts.onPassed(exchange);
        }
      } catch (error) {
        // Closing with an error cuts the connection: the caller must see a cut, not a clean end.
        sink.close(error instanceof Error ? error : new Error('the upstream ended early'));
        parts.onEnd(exchange, observed, exchange.stoppedBy === null);
        return;
      }
      sink.close();
      parts.onEnd(exchange, observed, false);
    },
  });
}

function isBodiless(method: string, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304;
}

function findDeclaredLength(headers: Headers): number | null {
  const value = headers.get('content-length');
  return value === null ? null : Number(value);
}
