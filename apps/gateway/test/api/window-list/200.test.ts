import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';
import { nowOfOneDay } from '../now-of-one-day.ts';
import { buildRecord, writeRecords } from '../records.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW_MS = nowOfOneDay();
const RESET_S = Math.floor((NOW_MS + 3 * HOUR_MS) / 1_000);
const UNIFIED = 'anthropic-ratelimit-unified-';

/** Four hundredths every twelve minutes for an hour: full in 150 minutes, half an hour before the window ends. */
const rising = [0.3, 0.34, 0.38, 0.42, 0.46, 0.5].map((share, at) =>
  buildRecord(
    { accountId: 'plan', startedAtMs: NOW_MS - (5 - at) * 12 * MINUTE_MS, sessionId: at < 4 ? 'a' : 'b' },
    {
      responseHeaders: [
        [`${UNIFIED}status`, 'allowed'],
        [`${UNIFIED}5h-status`, 'allowed'],
        [`${UNIFIED}5h-utilization`, String(share)],
        [`${UNIFIED}5h-reset`, String(RESET_S)],
        [`${UNIFIED}7d_opus-utilization`, '0.8'],
        [`${UNIFIED}7d_opus-reset`, String(RESET_S - 4 * 3_600)],
      ],
    },
  ),
);
/** A second before its window began, and a second after: hours and minutes hold both. */
const atTheEdge = [-1_000, 1_000].map((lateMs) =>
  buildRecord(
    { accountId: 'edge', startedAtMs: RESET_S * 1_000 - 5 * HOUR_MS + lateMs },
    {
      responseHeaders: [
        [`${UNIFIED}5h-utilization`, '0.1'],
        [`${UNIFIED}5h-reset`, String(RESET_S)],
      ],
    },
  ),
);
const silent = buildRecord({ accountId: 'silent', startedAtMs: NOW_MS - MINUTE_MS }, { responseHeaders: [] });

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, [...rising, ...atTheEdge, silent]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

describe('GET /api/limits', () => {
  test('gives each window as the last header told it, with its source and age', async () => {
    const { windows } = await world.client.perform('window.list', {});
    expect(
      windows.map(({ accountId, name, source, usedShare, isOver }) => [accountId, name, source, usedShare, isOver]),
    ).toEqual([
      ['edge', '5h', 'unified', 0.1, false],
      ['plan', '5h', 'unified', 0.5, false],
      // Started anew an hour ago, and nothing was told of the new one.
      ['plan', '7d_opus', 'unified', 0.8, true],
      ['silent', 'rolling', 'rolling', null, false],
    ]);
    const [, fiveHours, opus] = windows;
    expect(fiveHours?.resetsAt).toBe(new Date(RESET_S * 1_000).toISOString());
    expect(fiveHours?.ageMs).toBeLessThan(10 * MINUTE_MS);
    expect([fiveHours?.counted?.requestCount, opus?.scope]).toEqual([6, 'opus']);
  });

  test('counts what passed here within the span of a window, to the second, and all kinds of tokens', async () => {
    const { windows } = await world.client.perform('window.list', {});
    const countedOf = (asked: string) => windows.find(({ accountId }) => accountId === asked)?.counted;
    // Input 12, output 34, reads 5, writes 6 and 7.
    const one = { requestCount: 1, totalTokens: 64, costNano: 1_000 };
    expect([countedOf('edge'), countedOf('silent')]).toEqual([one, one]);
  });

  test('says when it will be full, within ten minutes, and that it does not start anew before', async () => {
    const { windows } = await world.client.perform('window.list', { accountId: 'plan' });
    const forecast = windows[0]?.forecast;
    expect(forecast).toMatchObject({ kind: 'rising', resetsBefore: false });
    const fullAtMs = forecast?.kind === 'rising' ? Date.parse(forecast.fullAt) : 0;
    expect(Math.abs(fullAtMs - (NOW_MS + 150 * MINUTE_MS))).toBeLessThan(10 * MINUTE_MS);
  });

  test('the history holds what changed, and the shares add up', async () => {
    const { samples } = await world.client.perform('window.history', { accountId: 'plan', name: '5h' });
    expect(samples.map(({ usedShare }) => usedShare)).toEqual([0.3, 0.34, 0.38, 0.42, 0.46, 0.5]);
    expect((await world.client.perform('window.history', { accountId: 'plan', name: '7d_opus' })).samples).toHaveLength(
      1,
    );
    const { shares } = await world.client.perform('window.shares', { accountId: 'plan', by: 'session' });
    expect(shares.map(({ id, share }) => [id, share])).toEqual([
      ['a', 4 / 6],
      ['b', 2 / 6],
    ]);
  });

  test('is a table where CSV is asked for', async () => {
    const text = await (await fetch(`${world.apiUrl}/api/limits?format=csv`, withKey)).text();
    expect(text).toStartWith('accountId,name,source,spanMs,seenAt');
    expect(text.trimEnd().split('\r\n')).toHaveLength(5);
  });
});
