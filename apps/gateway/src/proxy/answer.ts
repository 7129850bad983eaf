import { toAnswerHeaders } from '@nexus/anthropic';
import type { Exchange } from './exchange.ts';
import type { PieceReader } from './hold-head.ts';
import { announceLimits } from './limit.ts';
import type { Observed } from './observe.ts';
import { isPassedWhole, readWhole } from './read-whole.ts';

/** What answering tells the rest of the pipeline. */
export interface AnswerParts {
  /** A piece has been handed to the caller; its `atMs` is counted from the start of the exchange. */
  readonly onPiece: (exchange: Exchange, observed: Observed, piece: PassedPiece) => void;
  /** All pieces so far have left this process. */
  readonly onPassed: (exchange: Exchange) => void;
  /** The answer is over; `broken` where the upstream ended it early. Called once. */
  readonly onEnd: (exchange: Exchange, observed: Observed, broken: boolean) => void;
}

export interface PassedPiece {
  readonly bytes: Uint8Array;
  readonly atMs: number;
}

/** Passes status, headers and bytes of the upstream on, unchanged, as they come. */
export async function answer(exchange: Exchange, observed: Observed, parts: AnswerParts): Promise<Response> {
  exchange.phases.join('answer');
  const { response } = observed;
  const headers = toAnswerHeaders(response.headers, exchange.requestId);
  if (exchange.attempts.length > 1) headers.set('x-nexus-attempts', `${exchange.attempts.length}`);
  announceLimits(exchange, headers);
  if (isHopeless(exchange, response)) headers.set('x-should-retry', 'false');
  const init = { status: response.status, headers };
  exchange.status = response.status;
  exchange.responseHeaders = response.headers;
  if (response.body === null || isBodiless(exchange.method, response.status)) {
    await response.body?.cancel();
    parts.onEnd(exchange, observed, false);
    return new Response(null, init);
  }
  if (isPassedWhole(response)) return answerWhole(exchange, observed, { parts, init });
  const reader = observed.reader ?? response.body.getReader();
  return new Response(toPassingStream(exchange, observed, { parts, reader }), init);
}

/**
 * A stored credential that is refused, after all that could be done about it: no caller can mend that, and Claude Code would
 * try about ten times, which looks like a hang. Whoever brought its own renews it and tries again.
 */
function isHopeless({ lease }: Exchange, { status, headers }: Response): boolean {
  return status === 401 && lease !== null && !headers.has('x-should-retry');
}

interface WholeAnswer {
  readonly parts: AnswerParts;
  readonly init: { readonly status: number; readonly headers: Headers };
}

async function answerWhole(exchange: Exchange, observed: Observed, { parts, init }: WholeAnswer): Promise<Response> {
  // Nothing went out yet, so the caller gets a clear error where it breaks.
  const bytes = await readWhole(exchange, observed.response);
  const response = new Response(bytes, init);
  // From here on nobody but the server waits for a caller that does not read.
  exchange.hangUp('in-time');
  if (bytes.byteLength > 0) parts.onPiece(exchange, observed, { bytes, atMs: exchange.elapsedMs() });
  parts.onEnd(exchange, observed, false);
  return response;
}

interface Passing {
  readonly parts: AnswerParts;
  readonly reader: PieceReader;
}

/**
 * A direct stream: written as read, and flushed per piece so that a token never waits for the next. Where the caller is
 * slow, `write` gives a promise: waiting for it slows the upstream instead of filling our memory. `flush(true)` always
 * gives one, which costs a tenth of a stream of small pieces (165 against 150 µs, Bun 1.4.5).
 */
function toPassingStream(exchange: Exchange, observed: Observed, { parts, reader }: Passing): ReadableStream {
  return new ReadableStream({
    type: 'direct',
    async pull(sink) {
      try {
        exchange.waitingSinceMs = exchange.elapsedMs();
        for (;;) {
          const { done, value } = await reader.read();
          if (done) break;
          const atMs = exchange.elapsedMs();
          const written = sink.write(value);
          void sink.flush();
          parts.onPiece(exchange, observed, { bytes: value, atMs });
          exchange.waitingSinceMs = typeof written === 'number' ? atMs : await untilRead(exchange, written);
          parts.onPassed(exchange);
        }
      } catch (error) {
        // Closing with an error cuts the connection: the caller must see a cut, not a clean end.
        sink.close(error instanceof Error ? error : new Error('the upstream ended early'));
        // Bytes that nobody reads would keep the connection open all the same.
        exchange.hangUp('soon');
        parts.onEnd(exchange, observed, exchange.stoppedBy === null);
        return;
      }
      sink.close();
      parts.onEnd(exchange, observed, false);
    },
  });
}

/**
 * Waits for a slow caller, and not for the upstream; gives the instant from which it is the upstream again. A caller that
 * stopped reading for good is given up with its exchange, or it would hold its place for ever.
 */
async function untilRead(exchange: Exchange, written: Promise<number>): Promise<number> {
  exchange.waitingSinceMs = null;
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  exchange.onStop = () => reject(new Error('the caller did not read in time'));
  if (exchange.stoppedBy !== null) exchange.onStop();
  written.then(resolve, reject);
  await promise;
  exchange.onStop = null;
  return exchange.elapsedMs();
}

function isBodiless(method: string, status: number): boolean {
  return method === 'HEAD' || status === 204 || status === 304;
}
