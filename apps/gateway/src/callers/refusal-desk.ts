import type { NoRequest } from './no-request.ts';
import type { Unread } from '../proxy/pipeline.ts';
import type { Caller } from './caller.ts';

/** Gives connections an answer that belongs to no request. The main thread makes it, since it goes on record. */
export interface RefusalDesk {
  /** From now on the server behind has no part in this connection. */
  refuse(caller: Caller, code: NoRequest['code']): void;
  /** Passes on what was asked for, and closes. */
  answer(ask: number, bytes: Uint8Array): void;
}

/** Refusals that are waited for at once; beyond it a connection is closed without one. */
const ASKS_MAX = 1_024;
/** What a caller still sends behind a refusal is taken and thrown away this long. */
const LINGER_MS = 1_000;

export function createRefusalDesk(ask: (ask: number, why: NoRequest) => void): RefusalDesk {
  const waiting = new Map<number, Caller>();
  let count = 0;
  return {
    refuse: (caller, code) => {
      if (caller.stage !== 'passing') return;
      caller.stage = 'asked';
      caller.inner?.terminate();
      // A connection that is closed with unread bytes in it is reset, and its caller may lose the answer.
      caller.client.resume();
      if (waiting.size >= ASKS_MAX) {
        caller.client.end();
        return;
      }
      count += 1;
      waiting.set(count, caller);
      ask(count, code === 'connections-spent' ? { code } : toUnread(caller, code));
    },
    answer: (answered, bytes) => {
      const caller = waiting.get(answered);
      waiting.delete(answered);
      if (caller === undefined) return;
      caller.stage = 'answered';
      caller.client.write(bytes);
      caller.client.shutdown();
      setTimeout(() => caller.client.terminate(), LINGER_MS);
    },
  };
}

function toUnread({ client, said }: Caller, code: Unread['code']): Unread {
  return { code, bytes: said?.bytes ?? new Uint8Array(), address: client.remoteAddress };
}
