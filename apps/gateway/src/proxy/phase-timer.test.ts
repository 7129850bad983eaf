import { expect, test } from 'bun:test';
import { createPhaseTimer } from './phase-timer.ts';

test('phases follow each other, and observing and answering share their time', () => {
  let nowMs = 0;
  const timer = createPhaseTimer(() => nowMs);
  timer.enter('receive');
  nowMs = 1.5;
  timer.enter('forward');
  nowMs = 4;
  timer.enter('observe');
  nowMs = 4.25;
  timer.join('answer');
  nowMs = 10;
  timer.enter('record');
  nowMs = 10.1;
  expect(timer.timings()).toEqual({
    receive: { startUs: 0, endUs: 1_500 },
    forward: { startUs: 1_500, endUs: 4_000 },
    observe: { startUs: 4_000, endUs: 10_000 },
    answer: { startUs: 4_250, endUs: 10_000 },
    record: { startUs: 10_000, endUs: 10_100 },
  });
});
