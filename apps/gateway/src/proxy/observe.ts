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
  /** Whether content has begun. */
  hasBegun(): boolean;
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
    hasBegun: () => read()?.firstContentSeen ?? false,
    state: read,
    end: () => null,
    last: (wanted) => (wanted ? read() : state),
  };
}

/** The first content of a stream stands within so much of its first piece. */
const LOOK_BYTES = 2_048;
const NOTHING = new Uint8Array();
/** What may wait to be read. From 64 KB on a piece is handed to the recorder's thread, and would be empty later. */
const UNREAD_BYTES_MAX = 32_768;

/**
 * Looks at once for the first content, and reads what comes behind it when somebody asks: a short stream is then read by
 * the recorder alone, a long one some pieces at a time.
 */
function createPlainWatcher(observer: AnswerObserver): AnswerWatcher {
  let begun = false;
  let unread: Uint8Array[] = [];
  let unreadBytes = 0;

  function readAll(): AnswerState {
    for (const piece of unread) observer.push(piece);
    unread = [];
    unreadBytes = 0;
    return observer.state();
  }

  /** Gives what need not be read now. In two steps: of many small ones, a long event would be put together in each. */
  function lookForContent(piece: Uint8Array): Uint8Array {
    const rest = piece.subarray(LOOK_BYTES);
    if (look(piece.subarray(0, LOOK_BYTES))) return rest;
    look(rest);
    return NOTHING;
  }

  function look(bytes: Uint8Array): boolean {
    observer.push(bytes);
    begun = observer.state().firstContentSeen;
    return begun;
  }

  return {
    push: (piece) => {
      const rest = begun ? piece : lookForContent(piece);
      unread.push(rest);
      unreadBytes += rest.byteLength;
      if (unreadBytes > UNREAD_BYTES_MAX) readAll();
      return true;
    },
    hasBegun: () => begun,
    state: readAll,
    end: () => null,
    last: (wanted) => {
      if (!wanted) return null;
      readAll();
      observer.end();
      return observer.state();
    },
  };
}

function createDecodingWatcher(observer: AnswerObserver, copy: DecodedCopy): AnswerWatcher {
  return {
    push: (piece, later) => {
      copy.push(piece, later);
      return false;
    },
    hasBegun: () => observer.state().firstContentSeen,
    state: () => observer.state(),
    end: async () => {
      await copy.end();
      observer.end();
    },
    last: () => (copy.complete() ? observer.state() : null),
  };
}

const UNWATCHED: AnswerWatcher = {
  push: () => false,
  hasBegun: () => false,
  state: () => null,
  end: () => null,
  last: () => null,
};
