/**
 * What limits cost an exchange on the main thread, from its admission to what it used: `bun apps/gateway/bench/limits.ts`.
 * Each figure is the best of nine rounds, so that neighbours on the machine count least.
 */
import type { SavedLimit } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { createLocalMeter } from '../src/limits/limit-meter.ts';
import { createLimitRules } from '../src/limits/limit-rules.ts';
import { createLimiter } from '../src/limits/limiter.ts';

const ROUNDS = 9;
const CALLS = 50_000;
const WHOLE = { requestsPerMinute: 1e9, inputTokensPerMinute: 1e9, outputTokensPerMinute: 1e9, concurrent: 1e9 };
const ask = {
  requestId: 'r-1',
  startedAtMs: 0,
  caller: { domain: 'team.example', keyId: 'k-1', owner: 'ada', project: 'engine' },
  requestBytes: 40_000,
  readAddress: () => '192.0.2.7',
  readWorstCase: () => 0,
};

function toRule(kind: SavedLimit['subject']['kind'], subject: string, limits = WHOLE): SavedLimit {
  return { subject: { kind, subject }, limits, changedAtMs: 0 };
}

const ONE = { ...WHOLE, inputTokensPerMinute: null, outputTokensPerMinute: null, concurrent: null };
const EVERY = [
  toRule('key', 'k-1'),
  toRule('user', 'ada'),
  toRule('project', 'engine'),
  toRule('domain', 'team.example'),
  toRule('global', '*'),
];

await measure('nothing set', []);
await measure('set for another key', [toRule('key', 'k-2')]);
await measure('requests of the key', [{ ...toRule('key', 'k-1'), limits: ONE }]);
await measure('all four of the key', [toRule('key', 'k-1')]);
await measure('all four of all five subjects', EVERY);

async function measure(name: string, limits: readonly SavedLimit[]): Promise<void> {
  const rules = createLimitRules({
    load: async () => ({ limits, budgets: [] }),
    copy: { read: () => null, write: () => false },
    log: createSilentLogger(),
  });
  await rules.refresh();
  rules.close();
  const meter = createLocalMeter(() => performance.now());
  const limiter = createLimiter({ rules, meter, preset: null, clock: Date.now });
  const rounds = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    for (let call = 0; call < CALLS; call += 1) {
      const grant = limiter.admit(ask);
      if (grant !== null && !(grant instanceof Promise)) grant.end({ inputTokens: 900, outputTokens: 100 });
    }
    return ((performance.now() - startMs) / CALLS) * 1_000;
  });
  console.log(`${name.padEnd(32)} ${Math.min(...rounds).toFixed(2)} µs`);
}
