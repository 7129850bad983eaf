/**
 * `bun apps/gateway/bench/limits.ts [--keep]`: what limits cost an exchange, in this process and through Redis on a unix
 * socket, asked one after the other, and by 50 callers that ask again at once: then the wait is Redis at its limit. `--keep` writes bench/results-limits.md.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { SavedLimit } from '@nexus/storage';
import { createSilentLogger } from '@nexus/telemetry';
import { findRedisServer, startTestRedis } from '@nexus/testkit';
import { type LimitMeter, createLocalMeter } from '../src/limits/limit-meter.ts';
import { createLimitRules } from '../src/limits/limit-rules.ts';
import { type Limiter, createLimiter } from '../src/limits/limiter.ts';
import { createRedisMeter } from '../src/limits/redis-meter.ts';
import { createRedisLink } from '../src/redis/redis-link.ts';
import { waitFor } from '../test/support/wait-for.ts';

const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });

const ROUNDS = 9;
const CALLS = 50_000;
const SHARED_CALLS = 20_000;
const CALLERS = 50;
const WHOLE = { requestsPerMinute: 1e9, inputTokensPerMinute: 1e9, outputTokensPerMinute: 1e9, concurrent: 1e9 };
const ask = {
  requestId: 'r-1',
  startedAtMs: 0,
  caller: { domain: 'team.example', keyId: 'k-1', owner: 'ada', project: 'engine' },
  requestBytes: 40_000,
  readAddress: () => '192.0.2.7',
  readWorstCase: () => 0,
};
const USE = { inputTokens: 900, outputTokens: 100 };

function toRule(kind: SavedLimit['subject']['kind'], subject: string, limits = WHOLE): SavedLimit {
  return { subject: { kind, subject }, limits, changedAtMs: 0 };
}

const ONE = { ...WHOLE, inputTokensPerMinute: null, outputTokensPerMinute: null, concurrent: null };
const CASES: readonly (readonly [string, readonly SavedLimit[]])[] = [
  ['nothing set', []],
  ['set for another key', [toRule('key', 'k-2')]],
  ['requests of the key', [{ ...toRule('key', 'k-1'), limits: ONE }]],
  ['all four of the key', [toRule('key', 'k-1')]],
  [
    'all four of all five subjects',
    [
      toRule('key', 'k-1'),
      toRule('user', 'ada'),
      toRule('project', 'engine'),
      toRule('domain', 'team.example'),
      toRule('global', '*'),
    ],
  ],
];

async function openLimiter(limits: readonly SavedLimit[], meter: LimitMeter): Promise<Limiter> {
  const rules = createLimitRules({
    load: async () => ({ limits, budgets: [] }),
    copy: { read: () => null, write: () => false },
    log: createSilentLogger(),
  });
  await rules.refresh();
  rules.close();
  return createLimiter({ rules, meter, preset: null, clock: Date.now });
}

/** Microseconds a check and its end: the best of the rounds, so that neighbours on the machine count least. */
async function measureHere(limits: readonly SavedLimit[]): Promise<number> {
  const limiter = await openLimiter(
    limits,
    createLocalMeter(() => performance.now()),
  );
  const rounds = Array.from({ length: ROUNDS }, () => {
    const startMs = performance.now();
    for (let call = 0; call < CALLS; call += 1) {
      const grant = limiter.admit(ask);
      if (grant !== null && !(grant instanceof Promise)) grant.end(USE);
    }
    return ((performance.now() - startMs) / CALLS) * 1_000;
  });
  return Math.min(...rounds);
}

/** Milliseconds that a caller waits for a check, in order of size. */
async function measureShared(limits: readonly SavedLimit[], meter: LimitMeter, callers: number): Promise<number[]> {
  const limiter = await openLimiter(limits, meter);
  const waits: number[] = [];
  let call = 0;
  async function run(): Promise<void> {
    while (call < SHARED_CALLS) {
      call += 1;
      const startMs = performance.now();
      const grant = await limiter.admit({ ...ask, requestId: `r-${call}` });
      waits.push(performance.now() - startMs);
      grant?.end(USE);
    }
  }
  await Promise.all(Array.from({ length: callers }, run));
  return waits.toSorted((one, other) => one - other);
}

const lines: string[] = [];
function tell(line: string): void {
  lines.push(line);
  console.log(line);
}

tell('| what is set | a check and its end, µs |\n| --- | --- |');
for (const [name, limits] of CASES) tell(`| ${name} | ${(await measureHere(limits)).toFixed(2)} |`);

if (findRedisServer() !== null) {
  const redis = await startTestRedis();
  const link = createRedisLink({ url: redis.url, prefix: 'test', timeoutMs: 5_000, log: createSilentLogger() });
  await waitFor('Redis to be there', () => link.isThere());
  const meter = createRedisMeter({ link, prefix: 'bench' });
  tell(
    '\n| what is set | callers at once | wait for Redis, ms: p50 | p99 | checks a second |\n| --- | --- | --- | --- | --- |',
  );
  for (const [name, limits] of CASES.slice(2)) {
    for (const callers of [1, CALLERS]) {
      const startMs = performance.now();
      const waits = await measureShared(limits, meter, callers);
      const aSecond = Math.round((waits.length / (performance.now() - startMs)) * 1_000);
      const at = (share: number): string => (waits[Math.floor((waits.length - 1) * share)] ?? 0).toFixed(3);
      tell(`| ${name} | ${callers} | ${at(0.5)} | ${at(0.99)} | ${aSecond} |`);
    }
  }
  meter.close();
  link.close();
  await redis.stop();
}

if (values.keep) {
  const commit = (await Bun.$`git rev-parse --short HEAD`.text()).trim();
  const head = `Commit \`${commit}\`, ${new Date().toISOString().slice(0, 10)}, Bun ${Bun.version}.
Made by \`bun apps/gateway/bench/limits.ts\`; Redis runs on the same two cores, over a unix socket.`;
  const page = ['# What limits cost', head, lines.join('\n')].join('\n\n');
  writeFileSync(path.join(import.meta.dir, '../../../bench/results-limits.md'), `${page}\n`);
}
