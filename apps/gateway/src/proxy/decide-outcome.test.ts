import { expect, test } from 'bun:test';
import type { Outcome } from '@nexus/core';
import { type Ending, decideOutcome } from './decide-outcome.ts';

const ENDED = { ended: true, errorType: null };
const OPEN = { ended: false, errorType: null };
const GOOD: Ending = { forwarded: true, answered: true, status: 200, stoppedBy: null, broken: false, seen: ENDED };

test.each<[string, Partial<Ending>, Outcome]>([
  ['a good answer', {}, 'completed'],
  ['a good answer of a route that is not watched', { seen: null }, 'completed'],
  ['our refusal', { forwarded: false, answered: false, status: 401, seen: null }, 'refused'],
  ['an upstream that cannot be reached', { answered: false, status: 502, seen: null }, 'failed'],
  ['no first byte in time', { answered: false, status: 504, stoppedBy: 'first-byte-timeout', seen: null }, 'failed'],
  ['silence in mid stream', { stoppedBy: 'idle-timeout', seen: OPEN }, 'timed-out'],
  ['too long in all', { stoppedBy: 'total-timeout', seen: OPEN }, 'timed-out'],
  ['an error of Claude', { status: 529, seen: { ended: true, errorType: 'overloaded_error' } }, 'upstream-error'],
  ['an error event in a stream', { seen: { ended: false, errorType: 'overloaded_error' } }, 'stream-error'],
  ['a connection that broke', { broken: true, seen: OPEN }, 'cut'],
  ['a stream without its last event', { seen: OPEN }, 'cut'],
  ['an error body that broke off', { status: 500, broken: true, seen: OPEN }, 'cut'],
  ['a caller that left in mid stream', { stoppedBy: 'caller-left', seen: OPEN }, 'aborted'],
  [
    'a caller that left before the answer',
    { answered: false, status: null, stoppedBy: 'caller-left', seen: null },
    'aborted',
  ],
  [
    'a caller that left before anything was sent',
    { forwarded: false, answered: false, stoppedBy: 'caller-left' },
    'aborted',
  ],
  ['a caller that left after the last event', { stoppedBy: 'caller-left' }, 'completed'],
  ['a gateway that stopped in mid stream', { stoppedBy: 'closing', seen: OPEN }, 'cut'],
])('%s', (_what, change, outcome) => {
  expect(decideOutcome({ ...GOOD, ...change })).toBe(outcome);
});
