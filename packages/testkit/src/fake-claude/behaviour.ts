import type { ContentName } from './message/content.ts';

export type Encoding = 'gzip' | 'br' | 'zstd' | 'deflate';

/** Everything that decides what one answer is and how it reaches the wire. */
export interface Behaviour {
  /** What the message says; null echoes the last user text. */
  content: ContentName | null;
  /** An HTTP error instead of a message. */
  error: { status: number; retryAfterS: number | null; limits: 'none' | 'unified' | 'spend' } | null;
  /** How many times this model answers with `error` before it answers well; 0 is always. */
  errorTimes: number;
  /** Where in a stream of status 200 an `error` event ends it. */
  streamError: 'first' | 'after-ping' | 'after-content' | null;
  /** Limit headers on good answers. */
  limitHeaders: 'none' | 'api-key' | 'unified' | 'unified-warning';
  /** Two `set-cookie` headers and an odd one, as intermediaries add them. */
  cookies: boolean;
  /** Events of a paced stream instead of `content`, and the gap between them. */
  pacedEvents: number | null;
  gapMs: number;
  /** Bytes of text to fill an answer with instead of `content`. */
  fillBytes: number | null;
  /** Bytes of one single event. */
  eventBytes: number | null;
  /** Silence after `message_start` (or before the body of a JSON answer). */
  silenceMs: number;
  /** Silence before the status line. */
  headersAfterMs: number;
  /** Pings sent in front of the content. */
  pings: number;
  newline: '\n' | '\r\n' | '\r';
  eventLines: boolean;
  unknownEvents: boolean;
  encoding: Encoding | null;
  chunkBytes: number | null;
  dripMs: number;
  splitAt: number | null;
  /** What opens before the second of two pieces, or before a break; null waits for some milliseconds instead. */
  gate: number | null;
  /** Everything in one write. */
  burst: boolean;
  ending: Ending;
}

/** How an answer stops: as it should, or after so many body bytes in one of the ways things break. */
export type Ending =
  | { readonly kind: 'whole' }
  /** FIN without the end of the body. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** HTTP ends well, the content does not. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  | { readonly kind: 'reset'; readonly afterBytes: number }
  /** The declared length is this much longer than what is sent. */
  | { readonly kind: 'short'; readonly missingBytes: number }
  /** The connection closes without any answer. */
  | { readonly kind: 'close' }
  /** No answer, ever. */
  | { readonly kind: 'never' };

export function createBehaviour(): Behaviour {
  return {
    content: null,
    error: null,
    errorTimes: 0,
    streamError: null,
    limitHeaders: 'none',
    cookies: false,
    pacedEvents: null,
    gapMs: 0,
    fillBytes: null,
    eventBytes: null,
    silenceMs: 0,
    headersAfterMs: 0,
    pings: 1,
    newline: '\n',
    eventLines: true,
    unknownEvents: false,
    encoding: null,
    chunkBytes: null,
    dripMs: 0,
    splitAt: null,
    gate: null,
    burst: false,
    ending: { kind: 'whole' },
  };
}
