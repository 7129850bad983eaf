import { expect, test } from 'bun:test';
import { EMPTY_LIVE_STATE, ERRORS_MAX, type LiveState } from '../../api/live/live-state.ts';
import { toErrorCount } from './to-error-count.ts';

const NOW_MS = Date.parse('2026-11-20T12:00:00Z');

function seeing(count: number): LiveState {
  return { ...EMPTY_LIVE_STATE, errorsAtMs: Array.from({ length: count }, () => NOW_MS - 60_000) };
}

test.each([
  {
    says: 'errors from before the page was opened count',
    state: seeing(1),
    recorded: { count: 7, isMore: false },
    expected: { count: 7, isMore: false },
  },
  {
    says: 'an error that is not recorded yet counts',
    state: seeing(3),
    recorded: { count: 2, isMore: false },
    expected: { count: 3, isMore: false },
  },
  {
    says: 'with the database away, what was seen is what is known',
    state: seeing(2),
    recorded: null,
    expected: { count: 2, isMore: false },
  },
  {
    says: 'beyond one page there are more',
    state: seeing(5),
    recorded: { count: 100, isMore: true },
    expected: { count: 100, isMore: true },
  },
  {
    says: 'as there are beyond what is kept',
    state: seeing(ERRORS_MAX),
    recorded: null,
    expected: { count: ERRORS_MAX, isMore: true },
  },
])('$says', ({ state, recorded, expected }) => {
  expect(toErrorCount(state, recorded, NOW_MS)).toEqual(expected);
});
