import { expect, test } from 'bun:test';
import { decideStop } from './deadline-watch.ts';
import type { StopReason } from './exchange.ts';

const DEADLINES = { connectMs: 10, firstByteMs: 100, idleMs: 50, totalMs: 1_000, serverMs: 2_000, bodyMs: 1_500 };

interface Moment {
  readonly elapsedMs: number;
  readonly bodyDueMs?: number;
  readonly forwardedAtMs?: number;
  readonly firstByteMs?: number;
  readonly waitingSinceMs?: number | null;
  readonly unreachable?: boolean;
}

function decide({
  elapsedMs,
  bodyDueMs = Number.POSITIVE_INFINITY,
  forwardedAtMs,
  firstByteMs,
  waitingSinceMs,
  unreachable = false,
}: Moment): StopReason | null {
  const exchange = {
    elapsedMs: () => elapsedMs,
    bodyDueMs,
    forwarded: forwardedAtMs !== undefined,
    forwardedAtMs: forwardedAtMs ?? 0,
    firstByteMs: firstByteMs ?? null,
    waitingSinceMs: waitingSinceMs === undefined ? (forwardedAtMs ?? null) : waitingSinceMs,
  };
  return decideStop(exchange, DEADLINES, unreachable);
}

test.each<[string, Moment, StopReason | null]>([
  ['a body that is still being received', { elapsedMs: 1_999 }, null],
  ['a body that takes for ever', { elapsedMs: 2_000 }, 'total-timeout'],
  ['a body that goes on coming', { elapsedMs: 1_499, bodyDueMs: 1_500 }, null],
  ['a body that stopped coming', { elapsedMs: 1_500, bodyDueMs: 1_500 }, 'body-timeout'],
  ['no first byte yet', { elapsedMs: 99, forwardedAtMs: 0 }, null],
  ['no first byte in time', { elapsedMs: 100, forwardedAtMs: 0 }, 'first-byte-timeout'],
  ['a host that takes no connection', { elapsedMs: 15, forwardedAtMs: 5, unreachable: true }, 'connect-timeout'],
  ['no answer yet, but the host lives', { elapsedMs: 15, forwardedAtMs: 5 }, null],
  ['silence within its bound', { elapsedMs: 549, forwardedAtMs: 0, firstByteMs: 10, waitingSinceMs: 500 }, null],
  [
    'silence beyond its bound',
    { elapsedMs: 550, forwardedAtMs: 0, firstByteMs: 10, waitingSinceMs: 500 },
    'idle-timeout',
  ],
  [
    'a caller that reads slowly is not the upstream’s silence',
    { elapsedMs: 900, forwardedAtMs: 0, firstByteMs: 10, waitingSinceMs: null },
    null,
  ],
  [
    'a lively answer that takes too long',
    { elapsedMs: 1_000, forwardedAtMs: 0, firstByteMs: 10, waitingSinceMs: 999 },
    'total-timeout',
  ],
])('%s', (_what, moment, reason) => {
  expect(decide(moment)).toBe(reason);
});
