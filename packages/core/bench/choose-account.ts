/**
 * What choosing costs an exchange, with 100 accounts: `bun packages/core/bench/choose-account.ts`. Each figure is the best
 * of nine rounds, so that neighbours on the machine count least.
 */
import {
  type Asked,
  chooseAccount,
  HEALTHY,
  POOL_STRATEGIES,
  type PoolMember,
  toModelFilter,
  toSeed,
} from '../src/index.ts';

const ACCOUNTS = 100;
const ROUNDS = 9;
const CALLS = 20_000;
const NOW_MS = 1_800_000_000_000;

const upstream = { state: HEALTHY };
const window = { isRejected: false, usedShare: 0.4, shareMax: 0.9, resetsAtMs: NOW_MS + 60_000 };
const windows = [
  { ...window, name: '5h', scope: null },
  { ...window, name: '7d', scope: null },
  { ...window, name: '7d_opus', scope: 'opus' },
];

const members: readonly PoolMember[] = Array.from({ length: ACCOUNTS }, (_, index) => ({
  id: `account-${index}`,
  seed: toSeed(`account-${index}`),
  weight: 1 + (index % 3),
  priority: 0,
  models: index % 10 === 0 ? toModelFilter(['claude-opus-*', 'claude-sonnet-*']) : null,
  inFlight: index % 7,
  state: { ...HEALTHY, windows },
  upstream,
}));

const sessions = Array.from({ length: 64 }, (_, index) => `session:0f8fad5b-d9cb-469f-a165-7086772895${10 + index}`);
const none: ReadonlySet<string> = new Set();

function toAsked(turn: number): Asked {
  const affinity = toSeed(sessions[turn % sessions.length] ?? '');
  return { model: 'claude-opus-5', affinity, stays: null, turn, excluded: none };
}

for (const strategy of POOL_STRATEGIES) {
  const microseconds = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    for (let call = 0; call < CALLS; call += 1) chooseAccount({ strategy, members }, toAsked(call), NOW_MS);
    return ((performance.now() - startMs) * 1000) / CALLS;
  });
  console.log(
    `${strategy.padEnd(18)}${Math.min(...microseconds)
      .toFixed(2)
      .padStart(6)} µs, ${ACCOUNTS} accounts`,
  );
}
