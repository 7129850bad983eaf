import { expect, test } from 'bun:test';
import type { CpuInfo } from 'node:os';
import { createBusyShare } from './add-process-metrics.ts';

function aCpu(times: Partial<CpuInfo['times']>): CpuInfo {
  return { model: '', speed: 0, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0, ...times } };
}

test('the busy share is that of the time since the last look, over all processors', () => {
  const looks = [
    [aCpu({ user: 100, idle: 900 }), aCpu({ idle: 1_000 })],
    [aCpu({ user: 400, sys: 100, idle: 900 }), aCpu({ idle: 1_400 })],
  ];
  let look = 0;
  const readBusyShare = createBusyShare(() => looks[look] ?? []);
  expect(readBusyShare()).toBe(0.05);
  look = 1;
  expect(readBusyShare()).toBe(0.5);
});

test('a machine whose clock stands still is not divided by', () => {
  const readBusyShare = createBusyShare(() => []);
  expect(readBusyShare()).toBe(0);
});
