import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { forecastWindow, type UsedAt } from '../index.ts';

const NOW = Date.parse('2026-11-20T12:00:00Z');
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Samples of one every `everyMs`, kept only where the hundredth changed, as Claude rounds and we keep them. */
function toSamples(usedAt: (atMs: number) => number, fromMs: number, everyMs = 20_000): UsedAt[] {
  const samples: UsedAt[] = [];
  for (let atMs = fromMs; atMs <= NOW; atMs += everyMs) {
    const usedShare = Math.round(usedAt(atMs) * 100) / 100;
    if (samples.at(-1)?.usedShare !== usedShare) samples.push({ atMs, usedShare });
  }
  return samples;
}

/** How wide the band is where a window is used in bursts of so many minutes, with as long a pause behind each. */
function toBandMs(burstMinutes: number): number {
  const usedAt = (atMs: number): number => {
    const minutes = (atMs - (NOW - HOUR_MS)) / MINUTE_MS;
    const round = Math.floor(minutes / (2 * burstMinutes));
    return (round + Math.min(1, (minutes - round * 2 * burstMinutes) / burstMinutes)) * burstMinutes * 0.01;
  };
  const forecast = forecastWindow({ samples: toSamples(usedAt, NOW - HOUR_MS), resetsAtMs: null, nowMs: NOW });
  if (forecast.kind !== 'rising') throw new Error(forecast.kind);
  return (forecast.fullLatestMs ?? Infinity) - forecast.fullEarliestMs;
}

describe('where a window is heading', () => {
  test('a window that fills steadily is forecast within ten minutes, an hour ahead', () => {
    fc.assert(
      fc.property(fc.integer({ min: 15, max: 60 }), fc.integer({ min: 0, max: 9 }), (percentPerHour, noise) => {
        const fullAtMs = NOW + HOUR_MS;
        const pace = percentPerHour / 100 / HOUR_MS;
        const wobble = (atMs: number): number => (noise / 1000) * Math.sin(atMs / 70_000);
        const samples = toSamples((atMs) => 1 - (fullAtMs - atMs) * pace + wobble(atMs), NOW - HOUR_MS);
        const forecast = forecastWindow({ samples, resetsAtMs: NOW + 2 * HOUR_MS, nowMs: NOW });
        expect(forecast).toMatchObject({ kind: 'rising', resetsBefore: false });
        const error = forecast.kind === 'rising' ? Math.abs(forecast.fullAtMs - fullAtMs) : Number.NaN;
        expect(error).toBeLessThanOrEqual(10 * MINUTE_MS);
      }),
    );
  });

  test('the band holds the forecast', () => {
    const speedingUp = toSamples((atMs) => 0.2 + 0.3 * ((atMs - (NOW - HOUR_MS)) / HOUR_MS) ** 2, NOW - HOUR_MS);
    const forecast = forecastWindow({ samples: speedingUp, resetsAtMs: null, nowMs: NOW });
    expect(forecast).toMatchObject({ kind: 'rising', resetsBefore: null });
    if (forecast.kind !== 'rising') return;
    expect(forecast.fullEarliestMs).toBeLessThan(forecast.fullAtMs);
    expect(forecast.fullLatestMs ?? Infinity).toBeGreaterThanOrEqual(forecast.fullAtMs);
  });

  test('the more ten minutes differ from one another, the wider the band is', () => {
    expect(toBandMs(10)).toBeGreaterThan(2 * toBandMs(1));
  });

  test('a window that starts anew before it is full says so', () => {
    const samples = toSamples((atMs) => 0.1 + ((atMs - (NOW - HOUR_MS)) / HOUR_MS) * 0.2, NOW - HOUR_MS);
    const forecast = forecastWindow({ samples, resetsAtMs: NOW + 30 * MINUTE_MS, nowMs: NOW });
    expect(forecast).toMatchObject({ kind: 'rising', resetsBefore: true });
  });

  test('what was used before the window began anew does not count', () => {
    const before = [
      { atMs: NOW - 50 * MINUTE_MS, usedShare: 0.9 },
      { atMs: NOW - 40 * MINUTE_MS, usedShare: 0.97 },
    ];
    const since = [
      { atMs: NOW - 30 * MINUTE_MS, usedShare: 0 },
      { atMs: NOW - 10 * MINUTE_MS, usedShare: 0.1 },
      { atMs: NOW, usedShare: 0.15 },
    ];
    const whole = forecastWindow({ samples: [...before, ...since], resetsAtMs: null, nowMs: NOW });
    expect(whole).toEqual(forecastWindow({ samples: since, resetsAtMs: null, nowMs: NOW }));
    expect(whole).toMatchObject({ kind: 'rising' });
  });

  test('one odd sample does not bend it', () => {
    const samples = Array.from({ length: 31 }, (_, at) => ({
      atMs: NOW - (30 - at) * MINUTE_MS,
      usedShare: 0.2 + at * 0.004 + (at === 20 ? 0.014 : 0),
    }));
    const forecast = forecastWindow({ samples, resetsAtMs: null, nowMs: NOW });
    expect(forecast.kind === 'rising' ? forecast.sharePerHour : Number.NaN).toBeCloseTo(0.24, 2);
  });

  test('an unused window is idle, a used one full, one seen once unknown', () => {
    const flat = [
      { atMs: NOW - HOUR_MS, usedShare: 0.3 },
      { atMs: NOW - MINUTE_MS, usedShare: 0.3 },
    ];
    expect(forecastWindow({ samples: flat, resetsAtMs: null, nowMs: NOW })).toEqual({ kind: 'idle', usedShare: 0.3 });
    const full = [{ atMs: NOW - MINUTE_MS, usedShare: 1.02 }];
    expect(forecastWindow({ samples: full, resetsAtMs: null, nowMs: NOW })).toEqual({ kind: 'full' });
    const once = [{ atMs: NOW - MINUTE_MS, usedShare: 0.4 }];
    expect(forecastWindow({ samples: once, resetsAtMs: null, nowMs: NOW })).toEqual({ kind: 'unknown' });
    expect(forecastWindow({ samples: [], resetsAtMs: null, nowMs: NOW })).toEqual({ kind: 'unknown' });
  });

  test('two samples seconds apart tell of a request, not of a pace', () => {
    const samples = [
      { atMs: NOW - 3_000, usedShare: 0.2 },
      { atMs: NOW - 1_000, usedShare: 0.3 },
    ];
    expect(forecastWindow({ samples, resetsAtMs: null, nowMs: NOW })).toEqual({ kind: 'unknown' });
  });

  test('a clock that jumped back, samples of the future and broken shares do no harm', () => {
    const samples = [
      { atMs: NOW + HOUR_MS, usedShare: 0.9 },
      { atMs: NOW - 20 * MINUTE_MS, usedShare: 0.1 },
      { atMs: NOW - 10 * MINUTE_MS, usedShare: Number.NaN },
      { atMs: NOW - 5 * MINUTE_MS, usedShare: 0.2 },
    ];
    expect(forecastWindow({ samples, resetsAtMs: null, nowMs: NOW })).toMatchObject({ kind: 'rising' });
  });
});
