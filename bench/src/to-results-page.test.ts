import { expect, test } from 'bun:test';
import { toTaken } from './scenarios/scenario.ts';
import { toResultsPage } from './to-results-page.ts';

const facts = { commit: 'abc1234', date: '2026-11-21', command: 'bun bench/src/run.ts' };

function toPage(rounds: number): string {
  const result = { title: 'One', columns: ['stack'], rows: [['Claude Nexus']], verdicts: ['met'] };
  return toResultsPage([{ ...result, taken: toTaken(rounds) }], facts);
}

test('a page says of how many rounds its figures are the medians', () => {
  expect(toPage(3)).toContain('## One\n\nMedians of 3 rounds, in which the stacks took turns');
});

test('a page of one round speaks of no median', () => {
  expect(toPage(1)).toContain('One round: every figure was taken once');
  expect(toPage(1)).not.toMatch(/median/i);
});
