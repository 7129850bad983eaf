import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { HEALTHY, type HealthEvent, type HealthState } from './health.ts';
import { toOpenMs } from './is-open.ts';
import { parseLimitWindows } from './limit-window.ts';
import { stepHealth } from './step-health.ts';

const NOW = 1_800_000_000_000;
const SECOND = 1_000;
const MINUTE = 60_000;

function after(events: readonly HealthEvent[], stepMs = 0): HealthState {
  return events.reduce((state, event, index) => stepHealth(state, event, NOW + index * stepMs), HEALTHY);
}

const throttled = (overrides: Partial<Extract<HealthEvent, { kind: 'throttled' }>> = {}): HealthEvent => ({
  kind: 'throttled',
  model: 'claude-opus-5',
  windows: [],
  retryAfterMs: null,
  ...overrides,
});

function openMs(state: HealthState, model: string | null = 'claude-opus-5'): number {
  const member = {
    id: 'a',
    seed: 1,
    weight: 1,
    priority: 0,
    models: null,
    inFlight: 0,
    state,
    upstream: { state: HEALTHY },
  };
  return toOpenMs(member, model);
}

const rejected = (window: string, inS: number) =>
  parseLimitWindows([
    ['anthropic-ratelimit-unified-status', 'rejected'],
    [`anthropic-ratelimit-unified-${window}-status`, 'rejected'],
    [`anthropic-ratelimit-unified-${window}-utilization`, '1.02'],
    [`anthropic-ratelimit-unified-${window}-reset`, `${NOW / 1_000 + inS}`],
  ]);

describe('a 429', () => {
  test('without limit headers rests five seconds, and twice as long each time its probe fails, up to a minute', () => {
    let state: HealthState = HEALTHY;
    let nowMs = NOW;
    const pausesMs: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      state = stepHealth(state, throttled(), nowMs);
      pausesMs.push(openMs(state) - nowMs);
      nowMs = openMs(state);
      state = stepHealth(state, { kind: 'probe-started' }, nowMs);
    }
    expect(pausesMs).toEqual([5, 10, 20, 40, 60, 60].map((s) => s * SECOND));
  });

  test('with retry-after rests as long as that', () => {
    expect(openMs(after([throttled({ retryAfterMs: 42_000 })]))).toBe(NOW + 42_000);
  });

  test('of the five-hour window rests until that window resets, whatever the whole says', () => {
    const state = after([throttled({ windows: rejected('5h', 1_800), retryAfterMs: 3_600_000 })]);
    expect(state.health).toEqual({ kind: 'resting', untilMs: NOW + 1_800 * SECOND, because: 'window-used-up' });
  });

  test('of one model family leaves the other models usable', () => {
    const state = after([throttled({ windows: rejected('7d_opus', 86_400) })]);
    expect(state.health).toEqual({ kind: 'healthy' });
    expect(openMs(state, 'claude-opus-5')).toBe(NOW + 86_400 * SECOND);
    expect(openMs(state, 'claude-sonnet-5')).toBe(0);
  });

  test('of a window whose name fits no family rests the model that was asked', () => {
    const state = after([throttled({ model: 'claude-new-1', windows: rejected('7d_xy', 60) })]);
    expect(openMs(state, 'claude-new-1')).toBe(NOW + 60 * SECOND);
    expect(openMs(state, 'claude-sonnet-5')).toBe(0);
  });

  test('twenty that come back together rest once, not for twenty times as long', () => {
    expect(
      openMs(
        after(
          Array.from({ length: 20 }, () => throttled()),
          10,
        ),
      ),
    ).toBe(NOW + 5 * SECOND);
  });

  test('of a minute limit believes retry-after before the reset', () => {
    const windows = parseLimitWindows([
      ['anthropic-ratelimit-requests-limit', '50'],
      ['anthropic-ratelimit-requests-remaining', '0'],
      ['anthropic-ratelimit-requests-reset', new Date(NOW + MINUTE).toISOString()],
    ]);
    expect(openMs(after([throttled({ windows, retryAfterMs: 2_000 })]))).toBe(NOW + 2_000);
    expect(openMs(after([throttled({ windows })]))).toBe(NOW + MINUTE);
  });
});

describe('upstream errors', () => {
  test('three within a minute rest it for 30 s', () => {
    const state = after([{ kind: 'errored' }, { kind: 'errored' }, { kind: 'errored' }], 10 * SECOND);
    expect(state.health).toEqual({ kind: 'resting', untilMs: NOW + 50 * SECOND, because: 'upstream-errors' });
  });

  test('three in two minutes do not, and neither do three with a good answer between them', () => {
    expect(after([{ kind: 'errored' }, { kind: 'errored' }, { kind: 'errored' }], 40 * SECOND).health.kind).toBe(
      'healthy',
    );
    const answered: HealthEvent = { kind: 'answered', windows: null };
    expect(after([{ kind: 'errored' }, { kind: 'errored' }, answered, { kind: 'errored' }]).health.kind).toBe(
      'healthy',
    );
  });

  test('a failed probe rests twice as long, up to ten minutes; a good one ends it', () => {
    let state = after([{ kind: 'errored' }, { kind: 'errored' }, { kind: 'errored' }]);
    let nowMs = NOW;
    const pausesMs: number[] = [];
    for (let times = 0; times < 6; times += 1) {
      nowMs = openMs(state);
      state = stepHealth(stepHealth(state, { kind: 'probe-started' }, nowMs), { kind: 'errored' }, nowMs);
      pausesMs.push(openMs(state) - nowMs);
    }
    expect(pausesMs).toEqual([60, 120, 240, 480, 600, 600].map((s) => s * SECOND));
    nowMs = openMs(state);
    state = stepHealth(state, { kind: 'probe-started' }, nowMs);
    expect(stepHealth(state, { kind: 'answered', windows: null }, nowMs)).toEqual(HEALTHY);
  });
});

test('two connections that fail in a row rest an upstream', () => {
  expect(after([{ kind: 'unreachable' }]).health.kind).toBe('healthy');
  const state = after([{ kind: 'unreachable' }, { kind: 'unreachable' }]);
  expect(state.health).toEqual({ kind: 'resting', untilMs: NOW + 5 * SECOND, because: 'unreachable' });
});

test('a refused credential is tried again after 15 minutes, or at once with new material', () => {
  const state = after([{ kind: 'unauthenticated', because: 'Claude answers 401' }]);
  expect(openMs(state)).toBe(NOW + 15 * MINUTE);
  expect(stepHealth(state, { kind: 'renewed' }, NOW + 1).health).toEqual({ kind: 'healthy' });
});

test('without a token an account rests, longer each time, up to ten minutes', () => {
  let state: HealthState = HEALTHY;
  let nowMs = NOW;
  const pausesMs: number[] = [];
  for (let times = 0; times < 9; times += 1) {
    state = stepHealth(state, { kind: 'no-token' }, nowMs);
    pausesMs.push(openMs(state) - nowMs);
    nowMs = openMs(state);
    state = stepHealth(state, { kind: 'probe-started' }, nowMs);
  }
  expect(pausesMs).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600].map((s) => s * SECOND));
});

test('a model that is forbidden rests alone, by its whole name: whatever callers ask for takes no other model away', () => {
  const state = after(['claude-opus-5', 'claude', 'c', ''].map((model) => ({ kind: 'forbidden', model }) as const));
  expect(openMs(state, 'claude-opus-5')).toBe(NOW + 15 * MINUTE);
  expect(openMs(state, 'claude-haiku-5')).toBe(0);
  expect(state.health.kind).toBe('healthy');
});

test('a good answer that was under way when a rest began does not end it', () => {
  const resting = after([throttled()]);
  expect(openMs(stepHealth(resting, { kind: 'answered', windows: null }, NOW + 1))).toBe(NOW + 5 * SECOND);
});

test('a probe lets nobody else through, and a probe that is never heard of ends after a minute', () => {
  const probing = stepHealth(after([throttled()]), { kind: 'probe-started' }, NOW + 6 * SECOND);
  expect(openMs(probing)).toBe(NOW + 6 * SECOND + MINUTE);
  const abandoned = stepHealth(probing, { kind: 'probe-abandoned' }, NOW + 7 * SECOND);
  expect(openMs(abandoned)).toBe(NOW + 7 * SECOND);
});

const arbitraryEvent: fc.Arbitrary<HealthEvent> = fc.oneof(
  fc.constant<HealthEvent>({ kind: 'answered', windows: null }),
  fc
    .record({
      retryAfterMs: fc.option(fc.nat(1e12)),
      windows: fc.constantFrom([], rejected('5h', 1e9), rejected('7d_opus', 60)),
    })
    .map((told): HealthEvent => throttled(told)),
  fc.constantFrom<HealthEvent>(
    { kind: 'errored' },
    { kind: 'unreachable' },
    { kind: 'no-token' },
    { kind: 'unauthenticated', because: 'it says so' },
    { kind: 'probe-started' },
    { kind: 'probe-abandoned' },
    { kind: 'paused' },
    { kind: 'resumed' },
  ),
  fc.string({ maxLength: 3 }).map((model): HealthEvent => ({ kind: 'forbidden', model })),
);

test('whatever happens: paused stays paused until resumed, no rest is longer than eight days, and memory is bounded', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(arbitraryEvent, fc.nat(MINUTE)), { maxLength: 200 }), (steps) => {
      let state: HealthState = HEALTHY;
      let nowMs = NOW;
      for (const [event, laterMs] of steps) {
        nowMs += laterMs;
        const wasPaused = state.health.kind === 'paused';
        state = stepHealth(state, event, nowMs);
        if (wasPaused) expect(state.health.kind).toBe(event.kind === 'resumed' ? 'healthy' : 'paused');
        if (state.health.kind === 'resting') expect(state.health.untilMs).toBeLessThanOrEqual(nowMs + 8 * 86_400_000);
        expect(state.modelRests.length).toBeLessThanOrEqual(32);
        expect(state.errorsMs.length).toBeLessThanOrEqual(3);
      }
    }),
  );
});
