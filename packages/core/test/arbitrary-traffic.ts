import * as fc from 'fast-check';
import type { Step, TurnHow } from './traffic.ts';

const pick = fc.nat({ max: 40 });

const how: fc.Arbitrary<TurnHow> = fc.record({
  isLost: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  retries: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) }),
  isAborted: fc.oneof({ weight: 7, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  launches: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
  ),
  isAsynchronous: fc.boolean(),
  compaction: fc.oneof(
    { weight: 8, arbitrary: fc.constant('none' as const) },
    { weight: 1, arbitrary: fc.constantFrom('kept' as const, 'dropped' as const) },
  ),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('start' as const), domain: fc.nat({ max: 1 }), text: pick, how }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('turn' as const),
      pick,
      isAtTip: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      isResumed: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
      how,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('agent' as const), pick, how }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const), pick, how }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('go-on' as const), pick, how }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('title' as const), pick, how }) },
);

/** Up to forty things that people and their agents do on two domains. */
export const arbitrarySteps: fc.Arbitrary<readonly Step[]> = fc.array(step, {
  minLength: 1,
  maxLength: 40,
  size: 'max',
});
