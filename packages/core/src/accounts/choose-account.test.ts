import { describe, expect, test } from 'bun:test';
import { toSeed } from './affinity.ts';
import { type AccountChoice, type Asked, chooseAccount } from './choose-account.ts';
import { HEALTHY, type HealthEvent } from './health.ts';
import type { LimitWindow } from './limit-window.ts';
import { type PoolMember, type PoolStrategy, toModelFilter } from './pool.ts';
import { stepHealth } from './step-health.ts';

const NOW = 1_800_000_000_000;

function member(id: string, overrides: Partial<PoolMember> = {}): PoolMember {
  const plain = { weight: 1, priority: 0, models: null, inFlight: 0, state: HEALTHY, upstream: { state: HEALTHY } };
  return { id, seed: toSeed(id), ...plain, ...overrides };
}

const inState = (...events: HealthEvent[]) => events.reduce((state, event) => stepHealth(state, event, NOW), HEALTHY);
const THROTTLED: HealthEvent = { kind: 'throttled', model: null, windows: [], retryAfterMs: 9_000 };

function asked(overrides: Partial<Asked> = {}): Asked {
  return {
    model: 'claude-opus-5',
    affinity: toSeed('session:1'),
    stays: null,
    turn: 0,
    excluded: new Set(),
    ...overrides,
  };
}

function choose(strategy: PoolStrategy, members: readonly PoolMember[], overrides: Partial<Asked> = {}): AccountChoice {
  return chooseAccount({ strategy, members }, asked(overrides), NOW);
}

const idOf = (choice: AccountChoice): string => (choice.kind === 'chosen' ? choice.member.id : choice.kind);

function spread(strategy: PoolStrategy, members: readonly PoolMember[], times = 12_000): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let turn = 0; turn < times; turn += 1) {
    const id = idOf(choose(strategy, members, { turn, affinity: toSeed(`session:${turn}`) }));
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return counts;
}

const ten = Array.from({ length: 10 }, (_, index) => member(`account-${index}`));

describe('sticky', () => {
  test('gives a conversation the same account each time, and conversations evenly to all', () => {
    expect(new Set(Array.from({ length: 100 }, (_, turn) => idOf(choose('sticky', ten, { turn }))))).toHaveLength(1);
    for (const count of Object.values(spread('sticky', ten))) expect(Math.abs(count - 1_200)).toBeLessThan(150);
  });

  test('follows weights', () => {
    const counts = spread('sticky', [member('one'), member('three', { weight: 3 })]);
    expect(Math.abs((counts['three'] ?? 0) - 9_000)).toBeLessThan(300);
  });

  test('an account that comes moves only its own share', () => {
    const eleven = [...ten, member('new')];
    for (let index = 0; index < 1_000; index += 1) {
      const affinity = toSeed(`session:${index}`);
      const after = idOf(choose('sticky', eleven, { affinity }));
      if (after !== 'new') expect(after).toBe(idOf(choose('sticky', ten, { affinity })));
    }
  });

  test('a conversation that was moved stays where it is, as long as it may be asked there', () => {
    expect(choose('sticky', ten, { stays: 'account-7' })).toMatchObject({
      kind: 'chosen',
      because: 'stays',
      member: { id: 'account-7' },
    });
    const others = ten.map((each) =>
      each.id === 'account-7' ? member('account-7', { state: inState(THROTTLED) }) : each,
    );
    expect(idOf(choose('sticky', others, { stays: 'account-7' }))).not.toBe('account-7');
  });
});

test('round robin gives everybody who is open its turn', () => {
  const members = [member('a'), member('b', { state: inState(THROTTLED) }), member('c')];
  expect([0, 1, 2, 3].map((turn) => idOf(choose('round-robin', members, { turn })))).toEqual(['a', 'c', 'a', 'c']);
});

test('weighted follows the weights within one part in a hundred, at any time', () => {
  const counts = spread('weighted', [member('one'), member('two', { weight: 2 }), member('three', { weight: 3 })]);
  expect(counts['one']).toBeWithin(1_980, 2_020);
  expect(counts['three']).toBeWithin(5_940, 6_060);
});

test('least in flight counts against the weight', () => {
  const members = [member('a', { inFlight: 4 }), member('b', { inFlight: 5, weight: 2 }), member('c', { inFlight: 3 })];
  expect(idOf(choose('least-in-flight', members))).toBe('b');
});

test('a lower priority is used only where nobody of the first is open, whatever the strategy', () => {
  for (const strategy of ['sticky', 'round-robin', 'weighted', 'least-in-flight', 'priority', 'quota-aware'] as const) {
    const backup = member('backup', { priority: 1 });
    expect(idOf(choose(strategy, [backup, member('first')]))).toBe('first');
    expect(idOf(choose(strategy, [backup, member('first', { state: inState(THROTTLED) })]))).toBe('backup');
  }
});

function used(usedShare: number, name = '5h', scope: string | null = null): PoolMember['state'] {
  const shareMax = name === '5h' ? 0.9 : 0.95;
  const window: LimitWindow = { name, scope, isRejected: false, usedShare, shareMax, resetsAtMs: NOW + 60_000 };
  return { ...HEALTHY, windows: [window] };
}

describe('quota-aware', () => {
  test('leaves an account at 90 % of five hours and 95 % of the week, also where the conversation was', () => {
    const members = [member('full', { state: used(0.91) }), member('free', { state: used(0.5) })];
    expect(idOf(choose('quota-aware', members, { stays: 'full' }))).toBe('free');
    const weekly = [member('full', { state: used(0.94, '7d') }), member('free', { state: used(0.97, '7d') })];
    expect(idOf(choose('quota-aware', weekly, { stays: 'free' }))).toBe('full');
  });

  test('shares new conversations in proportion to what is left', () => {
    const counts = spread('quota-aware', [member('a', { state: used(0.45) }), member('b', { state: used(0) })]);
    expect(Math.abs((counts['b'] ?? 0) - 8_000)).toBeLessThan(300);
  });

  test('a window of one family counts for that family only', () => {
    const members = [member('a', { state: used(0.99, '7d_opus', 'opus') }), member('b', { state: used(0.9) })];
    expect(idOf(choose('quota-aware', members, { stays: 'a' }))).toBe('b');
    expect(idOf(choose('quota-aware', members, { stays: 'a', model: 'claude-sonnet-5' }))).toBe('a');
  });

  test('where all are over, the least overdrawn goes on', () => {
    expect(idOf(choose('quota-aware', [member('a', { state: used(0.99) }), member('b', { state: used(0.95) })]))).toBe(
      'b',
    );
  });
});

describe('nobody', () => {
  test('all at rest: tells when the first is back', () => {
    const members = [
      member('a', { state: inState(THROTTLED) }),
      member('b', { state: inState({ ...THROTTLED, retryAfterMs: 5_000 }) }),
    ];
    expect(choose('sticky', members)).toEqual({ kind: 'resting', opensAtMs: NOW + 5_000 });
  });

  test('an upstream at rest takes its accounts along', () => {
    const upstream = { state: inState({ kind: 'unreachable' }, { kind: 'unreachable' }) };
    expect(choose('sticky', [member('a', { upstream }), member('b', { upstream })])).toMatchObject({ kind: 'resting' });
  });

  test('all paused or failed already: nobody comes back by itself', () => {
    const members = [member('a', { state: inState({ kind: 'paused' }) }), member('b')];
    expect(choose('sticky', members, { excluded: new Set(['b']) })).toEqual({ kind: 'unavailable' });
  });

  test('a model that nobody may be asked for', () => {
    const models = toModelFilter(['claude-sonnet-*', 'claude-haiku-4.5']);
    expect(choose('sticky', [member('a', { models }), member('b', { models })])).toEqual({ kind: 'model-not-served' });
    expect(idOf(choose('sticky', [member('a', { models }), member('b')], { model: 'claude-haiku-4x5' }))).toBe('b');
  });
});

test('a pool of one is asked however it is, unless it was switched off', () => {
  expect(choose('sticky', [member('a', { state: inState(THROTTLED) })])).toMatchObject({
    kind: 'chosen',
    because: 'only',
  });
  expect(choose('sticky', [member('a', { state: inState({ kind: 'paused' }) })])).toEqual({ kind: 'unavailable' });
});
