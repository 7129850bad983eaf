import type { Socket } from 'bun';
import type { OneWay } from './one-way.ts';
import type { SaidHead } from './said-head.ts';

/** A connection of a caller, and the one to the server behind that belongs to it. */
export interface Caller {
  readonly client: Socket<Caller>;
  inner: Socket<Caller> | null;
  /** Of our end of `inner`. */
  innerPort: number;
  toInner: OneWay | null;
  toClient: OneWay | null;
  /** What came since the server behind spoke last; null where that is nothing. */
  said: SaidHead | null;
  /** It has never said anything. */
  isNew: boolean;
  /** The server behind has spoken on it: what the caller says from now on may as well be the rest of a body. */
  isAnswered: boolean;
  /** From `asked` on it gets an answer of ours, and the server behind has no part in it any more. */
  stage: 'passing' | 'asked' | 'answered';
}

export function toCaller(client: Socket<Caller>): Caller {
  return {
    client,
    inner: null,
    innerPort: 0,
    toInner: null,
    toClient: null,
    said: null,
    isNew: true,
    isAnswered: false,
    stage: 'passing',
  };
}
