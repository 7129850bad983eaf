import { describe, expect, test } from 'bun:test';
import { OPERATIONS } from '@nexus/contract';
import type { LimitWindow, WindowSample } from '../../api/limit-queries.ts';
import { toCone, toSawTooth } from './to-saw-tooth.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const HOUR_MS = 3_600_000;

function at(hours: number): string {
  return new Date(NOW + hours * HOUR_MS).toISOString();
}

function sample(hours: number, usedShare: number | null, resetsInHours: number | null): WindowSample {
  const resetsAt = resetsInHours === null ? null : at(resetsInHours);
  return { name: '5h', at: at(hours), usedShare, isRejected: false, resetsAt };
}

/** Points as hours from now and shares. */
function said(points: readonly { readonly atMs: number; readonly share: number }[]): readonly (readonly number[])[] {
  return points.map(({ atMs, share }) => [(atMs - NOW) / HOUR_MS, share]);
}

function createWindow(given: Partial<LimitWindow>): LimitWindow {
  const [window] = OPERATIONS['window.list'].output.parse({
    windows: [
      {
        accountId: 'default',
        name: '5h',
        source: 'unified',
        spanMs: 5 * HOUR_MS,
        seenAt: at(0),
        ageMs: 0,
        scope: null,
        isRejected: false,
        usedShare: 0.5,
        resetsAt: at(2),
        isOver: false,
        counted: null,
        forecast: { kind: 'unknown' },
        ...given,
      },
    ],
  }).windows;
  if (window === undefined) throw new Error('one window was given');
  return window;
}

describe('the saw-tooth', () => {
  test('holds what was told until something else is told, up to now', () => {
    expect(said(toSawTooth([sample(-2, 0.1, 3), sample(-1, 0.4, 3)], NOW))).toEqual([
      [-2, 0.1],
      [-1, 0.1],
      [-1, 0.4],
      [0, 0.4],
    ]);
  });

  test('falls to nothing where the window starts anew', () => {
    expect(said(toSawTooth([sample(-6, 0.9, -4), sample(-1, 0.2, 3)], NOW))).toEqual([
      [-6, 0.9],
      [-4, 0.9],
      [-4, 0],
      [-1, 0],
      [-1, 0.2],
      [0, 0.2],
    ]);
  });

  test('ends where the window ended, if nothing was told since', () => {
    expect(said(toSawTooth([sample(-6, 0.9, -4)], NOW)).at(-1)).toEqual([-4, 0]);
  });

  test('what was not told is not nothing', () => {
    expect(said(toSawTooth([sample(-2, 0.3, 3), sample(-1, null, null)], NOW))).toEqual([
      [-2, 0.3],
      [0, 0.3],
    ]);
    expect(toSawTooth([], NOW)).toEqual([]);
  });
});

describe('the cone', () => {
  const rising = {
    kind: 'rising',
    usedShare: 0.5,
    sharePerHour: 0.5,
    fullAt: at(1),
    fullEarliestAt: at(0.5),
    fullLatestAt: at(4),
    resetsBefore: false,
  } as const;

  test('opens from now to the reset, between the quickest and the slowest pace', () => {
    const cone = toCone(createWindow({ forecast: rising }), NOW, Infinity);
    expect(cone && said(cone.likely)).toEqual([
      [0, 0.5],
      [1, 1],
      [2, 1],
    ]);
    expect(cone && said(cone.band)).toEqual([
      [0, 0.5],
      [0.5, 1],
      [2, 1],
      [2, 0.75],
      [0, 0.5],
    ]);
  });

  test('is flat below where the slowest pace never fills it', () => {
    const cone = toCone(createWindow({ forecast: { ...rising, fullLatestAt: null } }), NOW, Infinity);
    expect(cone && said(cone.band).slice(-2)).toEqual([
      [2, 0.5],
      [0, 0.5],
    ]);
  });

  test('is not there where nothing rises, or the window is over', () => {
    expect(toCone(createWindow({ forecast: { kind: 'idle', usedShare: 0.2 } }), NOW, Infinity)).toBeNull();
    expect(toCone(createWindow({ forecast: rising, resetsAt: at(-1) }), NOW, Infinity)).toBeNull();
  });
});
