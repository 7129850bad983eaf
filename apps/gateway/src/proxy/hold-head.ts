import { type AnswerState, type Usage, createAnswerObserver } from '@nexus/anthropic';
import { createDecodedCopy } from './decoded-copy.ts';
import { toProblemCode } from './problem-code.ts';

type PieceResult =
  | { readonly done: false; readonly value: Uint8Array }
  | { readonly done: true; readonly value?: Uint8Array | undefined };

/** Gives the pieces of an answer: those that were held first, then those that come. */
export interface PieceReader {
  read(): Promise<PieceResult>;
  cancel(): Promise<void>;
}

/**
 * What the head of an event stream told. Whatever it was, `reader` still gives all of it; `usage` is what Claude had counted by then.
 */
export type HeldHead =
  /** Content has begun, or the bounds of holding are reached: from here on no other answer can take its place. */
  | { readonly kind: 'begun'; readonly reader: PieceReader }
  | { readonly kind: 'error'; readonly errorType: string; readonly usage: Usage | null; readonly reader: PieceReader }
  /** It ended before any content. */
  | { readonly kind: 'broke'; readonly because: string; readonly usage: Usage | null; readonly reader: PieceReader };

/**
 * `message_start` alone tells nobody anything, so nobody misses it for this long; an error that comes later passes. The
 * first content is never held: it is handed on in the turn in which it comes.
 */
const HOLD_MS_MAX = 2_000;
/** A `message_start` is some 500 bytes; whatever sends more than this before its content is not Claude. */
const HOLD_BYTES_MAX = 16_384;

/** The part of an answer that holding looks at. */
export interface EventStream {
  readonly headers: Headers;
  readonly body: ReadableStream<Uint8Array>;
}

/** Reads the head of an event stream of status 200 until it is known whether it is an answer or an error. */
export async function holdHead(response: EventStream): Promise<HeldHead> {
  const held = createHeldPieces(response.body);
  const { reader } = held;
  const watcher = createHeadWatcher(response.headers.get('content-encoding'));
  if (watcher === null) return { kind: 'begun', reader };
  const bound = Promise.withResolvers<'bound'>();
  const timer = setTimeout(() => bound.resolve('bound'), HOLD_MS_MAX);
  try {
    while (held.bytes() < HOLD_BYTES_MAX) {
      const next = await Promise.race([held.next(), watcher.told, bound.promise]);
      if (next === 'bound') return { kind: 'begun', reader };
      const piece = next === 'told' || next.done ? null : held.keep(next.value);
      if (piece !== null) watcher.push(piece);
      const isOver = next !== 'told' && next.done;
      if (isOver) await watcher.end();
      const errorType = watcher.find();
      if (errorType === null) return { kind: 'begun', reader };
      if (errorType !== undefined) return { kind: 'error', errorType, usage: watcher.usage(), reader };
      if (isOver) return { kind: 'broke', because: 'ended-before-content', usage: watcher.usage(), reader };
    }
    return { kind: 'begun', reader };
  } catch (error) {
    return { kind: 'broke', because: toProblemCode(error), usage: watcher.usage(), reader };
  } finally {
    clearTimeout(timer);
    void watcher.end();
  }
}

/** The pieces read so far; a read that nobody has waited for to the end, or that failed, is given to whoever reads on. */
function createHeldPieces(body: ReadableStream<Uint8Array>) {
  const source = body.getReader();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let pending: ReturnType<typeof source.read> | null = null;
  const reader: PieceReader = {
    read: () => {
      const piece = pieces.shift();
      if (piece !== undefined) return Promise.resolve({ done: false, value: piece });
      const waiting = pending;
      pending = null;
      return waiting ?? source.read();
    },
    cancel: () => source.cancel(),
  };
  return {
    reader,
    bytes: () => bytes,
    /** The next piece, or the end. */
    next: () => (pending ??= source.read()),
    /** Takes what `next` gave out of the way of the one after it. */
    keep(piece: Uint8Array): Uint8Array {
      pending = null;
      pieces.push(piece);
      bytes += piece.byteLength;
      return piece;
    },
  };
}

interface HeadWatcher {
  push(piece: Uint8Array): void;
  /** The type of an error before any content; null where content has begun; undefined while neither is known. */
  find(): string | null | undefined;
  usage(): Usage | null;
  /** Resolves when a copy that is decoded elsewhere has told. */
  readonly told: Promise<'told'>;
  /** No more will come; resolves when all that came has been looked at. */
  end(): Promise<void>;
}

/** Null for an encoding that we cannot read. */
function createHeadWatcher(encoding: string | null): HeadWatcher | null {
  const observer = createAnswerObserver({ stream: true });
  const told = Promise.withResolvers<'told'>();
  const find = (): string | null | undefined => toVerdict(observer.state());
  const usage = (): Usage | null => observer.state().usage;
  if (encoding === null || encoding === 'identity') {
    return { push: (piece) => observer.push(piece), find, usage, told: told.promise, end: () => Promise.resolve() };
  }
  const copy = createDecodedCopy(encoding, (bytes) => {
    observer.push(bytes);
    if (find() !== undefined) told.resolve('told');
  });
  if (copy === null) return null;
  return {
    push: (piece) => copy.push(piece, () => undefined),
    // What cannot be decoded here is the caller's to read.
    find: () => (copy.complete() ? find() : null),
    usage,
    told: told.promise,
    end: () => copy.end(),
  };
}

function toVerdict({ sawContent, errorType, stopReason, ended }: AnswerState): string | null | undefined {
  if (sawContent || stopReason !== null || ended) return null;
  return errorType ?? undefined;
}
