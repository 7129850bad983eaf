import type { SocketHandler } from 'bun';
import type { NoRequest } from './no-request.ts';
import { findBareRefusal } from './raw-answer.ts';
import type { AddressTable } from './address-table.ts';
import { type Caller, toCaller } from './caller.ts';
import { createOneWay } from './one-way.ts';
import { type RefusalDesk, createRefusalDesk } from './refusal-desk.ts';
import { hasKnownMethod } from './has-known-method.ts';
import { addSaid } from './said-head.ts';

export interface Relay {
  /** Of the listening socket. */
  readonly handler: SocketHandler<Caller>;
  /** Gives the answer that `refuse` asked for. */
  answer(ask: number, bytes: Uint8Array): void;
  /** Closes connections whose callers have stopped reading; to be called again and again. */
  sweep(): void;
  /**
   * Whether somebody's request may not have been read yet; `withDoubtful`, also of those who have said nothing so far, or speak
   * behind an answer: that may be a request, or the rest of an upload that was refused, which nothing ever answers.
   */
  isAwaited(withDoubtful: boolean): boolean;
  /** From now on a connection that the server behind closes without a word gets none from us either. */
  stop(): void;
  destroy(): void;
}

export interface RelayOptions {
  /** Of the server behind, on 127.0.0.1. */
  readonly innerPort: number;
  readonly connectionsMax: number;
  readonly addresses: AddressTable;
  /** How long a caller may take nothing of what waits for it. */
  readonly stallMs: number;
  /** Monotonic milliseconds. */
  readonly monotonicMs: () => number;
  /** Told once, when `stop` was called and the last connection is closed. */
  readonly onEmpty: () => void;
  /** Asks for an answer that belongs to no request; it comes by `answer`. */
  readonly refuse: (ask: number, why: NoRequest) => void;
}

interface Inside extends Omit<RelayOptions, 'refuse'> {
  readonly callers: Set<Caller>;
  readonly desk: RefusalDesk;
  isStopping: boolean;
}

/**
 * Passes connections on to the server behind, byte for byte. Where that server answers what it cannot read with its bare
 * refusal, or closes before a head was whole, our own answer goes out instead.
 */
export function createRelay({ refuse, ...options }: RelayOptions): Relay {
  const desk = createRefusalDesk(refuse);
  const inside: Inside = { ...options, callers: new Set(), desk, isStopping: false };
  return {
    handler: createClientHandler(inside),
    answer: (ask, bytes) => desk.answer(ask, bytes),
    sweep: () => {
      const before = options.monotonicMs() - options.stallMs;
      for (const { client, toClient } of inside.callers) {
        const since = toClient?.stalledSinceMs() ?? null;
        if (since !== null && since <= before) client.terminate();
      }
    },
    isAwaited: (withDoubtful) =>
      inside.callers
        .values()
        .some(({ isNew, isAnswered, said }) =>
          said?.isWhole === true ? withDoubtful || !isAnswered : withDoubtful && isNew,
        ),
    stop: () => {
      inside.isStopping = true;
      if (inside.callers.size === 0) options.onEmpty();
    },
    destroy: () => {
      for (const { client } of inside.callers) client.terminate();
    },
  };
}

function createClientHandler(inside: Inside): SocketHandler<Caller> {
  const { callers, desk, connectionsMax, innerPort } = inside;
  const behind = { hostname: '127.0.0.1', port: innerPort, allowHalfOpen: true, socket: createInnerHandler(inside) };
  return {
    open: (client) => {
      const caller = toCaller(client);
      client.data = caller;
      if (callers.size >= connectionsMax) {
        desk.refuse(caller, 'connections-spent');
        return;
      }
      callers.add(caller);
      // Nothing is read before there is somebody to pass it to.
      client.pause();
      Bun.connect({ ...behind, data: caller }).catch(() => client.end());
    },
    data: ({ data: caller }, bytes) => {
      if (caller.stage !== 'passing') return;
      caller.isNew = false;
      caller.said = addSaid(caller.said, bytes);
      caller.toInner?.pass(bytes);
    },
    drain: ({ data: { toClient } }) => toClient?.drain(),
    end: ({ data: { stage, client, toInner } }) => {
      if (stage === 'answered') client.end();
      else toInner?.end();
    },
    close: ({ data: caller }) => {
      const wasHere = callers.delete(caller);
      caller.inner?.terminate();
      if (wasHere && inside.isStopping && callers.size === 0) inside.onEmpty();
    },
    error: (client) => client.terminate(),
  };
}

function createInnerHandler(inside: Inside): SocketHandler<Caller> {
  const { callers, desk, addresses, monotonicMs } = inside;
  return {
    open: (inner) => {
      const caller = inner.data;
      const { client } = caller;
      if (!callers.has(caller)) {
        inner.terminate();
        return;
      }
      caller.inner = inner;
      caller.innerPort = inner.localPort;
      addresses.set(inner.localPort, client.remoteAddress);
      caller.toInner = createOneWay({ from: client, to: inner, finish: () => inner.shutdown(), monotonicMs });
      caller.toClient = createOneWay({ from: inner, to: client, finish: () => client.end(), monotonicMs });
      client.resume();
    },
    data: ({ data: caller }, bytes) => {
      const status = caller.said === null ? null : findBareRefusal(bytes);
      if (status !== null) {
        desk.refuse(caller, status === TOO_LARGE ? 'head-too-large' : 'http-malformed');
        return;
      }
      caller.said = null;
      caller.isAnswered = true;
      caller.toClient?.pass(bytes);
    },
    drain: ({ data: { toInner } }) => toInner?.drain(),
    close: ({ data: caller }) => endBehind(caller, inside),
    error: (inner) => inner.terminate(),
  };
}

const TOO_LARGE = 431;

/** The server behind has closed. */
function endBehind(caller: Caller, { addresses, desk, isStopping }: Inside): void {
  caller.inner = null;
  addresses.clear(caller.innerPort);
  if (caller.stage !== 'passing') return;
  const why = isStopping ? null : findReason(caller);
  if (why === null) caller.toClient?.end();
  else desk.refuse(caller, why);
}

/** Why the server behind closed without a word, where that was a request that it could not take. */
function findReason({ said, isAnswered }: Caller): 'head-unfinished' | 'http-malformed' | null {
  // Behind an answer, a request and the rest of an upload that was refused cannot be told apart.
  if (said === null || isAnswered) return null;
  if (!said.isWhole) return 'head-unfinished';
  return hasKnownMethod(said.bytes) ? null : 'http-malformed';
}
