import { type AnswerObserver, type AnswerState, createAnswerObserver } from '@nexus/anthropic';
import { type DecodedCopy, createDecodedCopy } from './decoded-copy.ts';
import { type Exchange, enterPhase } from './exchange.ts';
import type { Forwarded } from './forward.ts';
import type { PieceReader } from './hold-head.ts';
import { isPassedWhole } from './read-whole.ts';

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
  /**
   * What was seen of the whole answer; null where watching was given up, and where it would have to be read for that and
   * is not `wanted`.
   */
  last(wanted: boolean): AnswerState | null;
}

/** Sets a watcher on answers of the messages route, whatever their content encoding. */
export function observe(exchange: Exchange, forwarded: Forwarded): Observed {
  enterPhase(exchange, 'observe');
  const { response, reader } = forwarded;
  const watched = exchange.method === 'POST' && exchange.path === '/v1/messages';
  return { phase: 'observed', response, reader, watcher: watched ? createWatcher(response) : UNWATCHED };
}

function createWatcher(response: Response): AnswerWatcher {
  const { headers } = response;
  const mediaType = headers.get('content-type') ?? '';
  const stream = mediaType.startsWith('text/event-stream');
  // A page of some proxy on the way is no message that broke off.
  if (!stream && !mediaType.startsWith('application/json')) return UNWATCHED;
  const encoding = headers.get('content-encoding');
  const isPlain = encoding === null || encoding === 'identity';
  if (isPlain && !stream && isPassedWhole(response)) return createWholeWatcher();
  const observer = createAnswerObserver({ stream });
  if (isPlain) return createPlainWatcher(observer);
  const copy = createDecodedCopy(encoding, (bytes) => observer.push(bytes));
  return copy === null ? UNWATCHED : createDecodingWatcher(observer, copy);
}

/** Reads a short answer where somebody asks for it: mostly nobody does, since the recorder reads it in any case. */
function createWholeWatcher(): AnswerWatcher {
  let whole: Uint8Array | null = null;
  let state: AnswerState | null = null;
  const read = (): AnswerState | null => {
    if (state !== null || whole === null) return state;
    const observer = createAnswerObserver({ stream: false });
    observer.push(whole);
    observer.end();
    state = observer.state();
    return state;
  };
  return {
    push: (piece) => {
      whole = piece;
      return true;
    },
    state: read,
    end: () => null,
    last: (wanted) => (wanted ? read() : state),
  };
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
    last: () => observer.state(),
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
    last: () => (copy.complete() ? observer.state() : null),
  };
}

const UNWATCHED: AnswerWatcher = { push: () => false, state: () => null, end: () => null, last: () => null };
