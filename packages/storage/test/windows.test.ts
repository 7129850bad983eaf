import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import type { HeaderList } from '@nexus/core';
import { listWarnings, listWindows, listWindowSamples, listWindowShares } from '../src/index.ts';
import { buildRecord, NOON_MS } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

const RESET_S = NOON_MS / 1_000 + 7_200;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());
beforeEach(() => world.storage.pool.query('truncate window_state, window_sample, usage, request, fingerprint'));

function tell(share: number, status = 'allowed'): HeaderList {
  return [
    ['anthropic-ratelimit-unified-status', status],
    ['anthropic-ratelimit-unified-5h-status', status],
    ['anthropic-ratelimit-unified-5h-utilization', String(share)],
    ['anthropic-ratelimit-unified-5h-reset', String(RESET_S)],
  ];
}

/** One answer a minute with these headers, in the order that `order` gives, or as they came. */
async function write(answers: readonly HeaderList[], order = answers.map((_, at) => at)): Promise<void> {
  const writer = world.createWriter();
  for (const at of order) {
    const startedAtMs = NOON_MS + at * MINUTE_MS;
    writer.append(buildRecord(at + 1, { startedAtMs }, { responseHeaders: answers[at] ?? [] }));
    await world.settled(writer);
  }
  await writer.close(2_000);
}

const load = () => listWindows(world.storage, { sinceMs: 0 });
const loadSamples = () => listWindowSamples(world.storage, { accountId: 'account-a', sinceMs: 0 });

describe('windows that answers told of', () => {
  test('the latest is what stands, and a sample is kept where it changed', async () => {
    await write([tell(0.1), tell(0.1), tell(0.2), tell(0.2), tell(0.2)]);
    expect(await load()).toEqual([
      {
        accountId: 'account-a',
        name: '5h',
        seenAtMs: NOON_MS + 4 * MINUTE_MS,
        scope: null,
        usedShare: 0.2,
        isRejected: false,
        resetsAtMs: RESET_S * 1_000,
      },
    ]);
    expect((await loadSamples()).map(({ atMs, usedShare }) => [(atMs - NOON_MS) / MINUTE_MS, usedShare])).toEqual([
      [0, 0.1],
      [2, 0.2],
    ]);
  });

  test('an answer that comes late, comes twice or tells of overage alone takes nothing back', async () => {
    const overage: HeaderList = [
      ['anthropic-ratelimit-unified-status', 'allowed'],
      ['anthropic-ratelimit-unified-reset', String(RESET_S)],
      ['anthropic-ratelimit-unified-overage-status', 'allowed'],
    ];
    const answers = [tell(0.1), tell(0.9, 'allowed_warning'), tell(0.5), overage];
    await write(answers, [3, 2, 0, 1, 2, 0]);
    expect(await load()).toMatchObject([{ usedShare: 0.5, seenAtMs: NOON_MS + 2 * MINUTE_MS }]);
    expect(await listWarnings(world.storage, { accountId: 'account-a', sinceMs: 0 })).toEqual([NOON_MS + MINUTE_MS]);
  });

  test.each([
    ['a day ahead, and back', DAY_MS],
    ['back an hour', HOUR_MS],
  ])('where the clock jumped %s, what is told now stands, and not what seems to come later', async (_, aheadMs) => {
    const nowMs = Date.now();
    const writer = world.createWriter();
    const answers = [
      { startedAtMs: nowMs + aheadMs, share: 0.9 },
      { startedAtMs: nowMs, share: 0.2 },
      { startedAtMs: nowMs + MINUTE_MS / 2, share: 0.3 },
      // One that comes late still takes nothing back.
      { startedAtMs: nowMs - MINUTE_MS, share: 0.1 },
    ];
    for (const [serial, { startedAtMs, share }] of answers.entries()) {
      writer.append(buildRecord(serial, { startedAtMs }, { responseHeaders: tell(share) }));
      await world.settled(writer);
    }
    expect(await load()).toMatchObject([{ usedShare: 0.3, seenAtMs: nowMs + MINUTE_MS / 2 }]);
    expect((await loadSamples()).map(({ usedShare }) => usedShare)).toEqual([0.1, 0.2, 0.3, 0.9]);
  });

  test('limits by the minute of an API key are told, but no history is kept of them', async () => {
    await write([
      [
        ['anthropic-ratelimit-requests-limit', '100'],
        ['anthropic-ratelimit-requests-remaining', '75'],
        ['anthropic-ratelimit-requests-reset', '2026-11-17T12:00:30Z'],
      ],
    ]);
    expect(await load()).toMatchObject([{ name: 'requests', usedShare: 0.25, resetsAtMs: NOON_MS + 30_000 }]);
    expect(await loadSamples()).toEqual([]);
  });

  test('headers that no calendar and no number has cost a record nothing', async () => {
    const broken = tell(0.3).map(([name, value]) => [name, name.endsWith('reset') ? '9'.repeat(20) : value] as const);
    await write([broken]);
    expect(await load()).toMatchObject([{ usedShare: 0.3, resetsAtMs: null }]);
  });
});

test('a window is shared out by the weight of what each used, and nobody is forgotten', async () => {
  const writer = world.createWriter();
  for (const [at, keyId] of ['key-a', 'key-a', 'key-a', null].entries()) {
    writer.append(buildRecord(at + 1, { keyId }));
  }
  await world.settled(writer);
  const range = { fromMs: NOON_MS, toMs: NOON_MS + 10 * MINUTE_MS };
  const shares = await listWindowShares(world.storage, { ...range, accountId: 'account-a', by: 'key', limit: 1 });
  // Input 12, writes 7 × 1.25 and 8 × 2, reads 56 × 0.1, output 34 × 5.
  const weight = 12 + 8.75 + 16 + 5.6 + 170;
  expect(shares).toMatchObject([{ id: 'key-a', requestCount: 3 }]);
  expect(shares[0]?.weight).toBeCloseTo(3 * weight, 6);
  expect(shares[0]?.totalWeight).toBeCloseTo(4 * weight, 6);
});
