import { type AnswerObserver, type AnswerState, createAnswerObserver } from '@nexus/anthropic';
import { type DecodedCopy, createDecodedCopy } from './decoded-copy.ts';
import { type Exchange, enterPhase } from './exchange.ts';
import type { Forwarded } from './forward.ts';
import type { PieceReader } from './hold-head.ts';

/** An answer that is watched while it passes. */
export interface Observed {
  readonly phase: 'observed';
  readonly response: Response;
  /** See `Forwarded`. */
  readonly reader: PieceReader | null;
  readonly watcher: AnswerWatcher;
}

/** Looks at a copy of the bytes as they pass; never in their way. */
export interface AnswerWatcher {
  /** True where the piece is reflected in `state` already; else `later` is called once it was decoded, if ever. */
  push(piece: Uint8Array, later: () => void): boolean;
  /** What was seen so far; null where this answer is not watched. */
  state(): AnswerState | null;
  /** No more bytes will come; resolves when all copies are read, at once where nothing was encoded. */
  end(): Promise<void> | null;
  /** Whether the state can be relied on: false where watching was given up. */
  complete(): boolean;
}

/** Sets a watcher on answers of the messages route, whatever their content encoding. */
export function observe(exchange: Exchange, forwarded: Forwarded): Observed {
  enterPhase(exchange, 'observe');
  const { response, reader } = forwarded;
  const watched = exchange.method === 'POST' && exchange.path === '/v1/messages';
  return { phase: 'observed', response, reader, watcher: watched ? createWatcher(response.headers) : UNWATCHED };
}

function createWatcher(headers: Headers): AnswerWatcher {
  const mediaType = headers.get('content-type') ?? '';
  const stream = mediaType.startsWith('text/event-stream');
  // A page of some proxy on the way is no message that broke off.
  if (!stream && !mediaType.startsWith('application/json')) return UNWATCHED;
  const observer = createAnswerObserver({ stream });
  const encoding = headers.get('content-encoding');
  if (encoding === null || encoding === 'identity') return createPlainWatcher(observer);
  const copy = createDecodedCopy(encoding, (bytes) => observer.push(bytes));
  return copy === null ? UNWATCHED : createDecodingWatcher(observer, copy);
}

function createPlainWatcher(observer: AnswerObserver): AnswerWatcher {
  return {
    push: (piece) => {
      observer.push(piece);
      return true;
    },
    state: () => observer.state(),
    end: () => {
      observer.end();
      return null;
    },
    complete: () => true,
  };
}

function createDecodingWatcher(observer: AnswerObserver, copy: DecodedCopy): AnswerWatcher {
  return {
    push: (piece, later) => {
      copy.push(piece, later);
      return false;
    },
    state: () => observer.state(),
    end: async () => {
      await copy.end();
      observer.end();
    },
    complete: () => copy.complete(),
  };
}

const UNWATCHED: AnswerWatcher = { push: () => false, state: () => null, end: () => null, complete: () => false };
