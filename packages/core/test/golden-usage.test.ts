import { describe, expect, test } from 'bun:test';
import { type AnswerState, createAnswerObserver, estimateUsage, type Usage } from '@nexus/anthropic';
import {
  type GoldenRow,
  type GoldenTokens,
  readGolden,
  toGoldenAnswer,
  toGoldenEvents,
  toGoldenTokens,
} from '../../../fixtures/usage/read-golden.ts';
import { CLAUDE_PRICES, priceUsage, toBilledTokens } from '../src/index.ts';

const NOW = '2026-11-21T12:00:00Z';
const encoder = new TextEncoder();

describe.each(readGolden().map((row) => [row.name, row] as const))('%s', (_name, row) => {
  test('its sum by hand is right, and says where its prices were read', () => {
    expect(addUp(row)).toBe(row.nanoDollars ?? 0);
    expect(row.source).toMatch(/, read \d{4}-\d\d-\d\d|^no page has it$/);
  });

  test('a stream of it is counted and priced so', () => {
    expect(toResult(row, observe(true, toGoldenEvents(row).join('')))).toEqual(toExpected(row));
  });

  const answer = toGoldenAnswer(row);
  if (answer === null) return;
  test('as JSON it is counted and priced so', () => {
    expect(toResult(row, observe(false, answer))).toEqual(toExpected(row));
  });
});

/** What the lines of a row come to: a fraction, rounded half up. */
function addUp({ lines, factor: [times, by] = [1, 1] }: GoldenRow): number {
  const sum = lines.reduce((before, [, count, each]) => before + count * each, 0);
  return Math.floor((sum * times * 2 + by) / (by * 2));
}

function observe(stream: boolean, text: string): AnswerState {
  const observer = createAnswerObserver({ stream });
  observer.push(encoder.encode(text));
  observer.end();
  return observer.state();
}

interface Result {
  readonly tokens: GoldenTokens;
  readonly isEstimated: boolean;
  readonly pricing: string;
  readonly nanoDollars: number | null;
}

function toExpected(row: GoldenRow): Result {
  return {
    tokens: toGoldenTokens(row),
    isEstimated: row.ends === 'aborted',
    pricing: row.pricing ?? 'exact',
    nanoDollars: row.nanoDollars,
  };
}

function toResult(row: GoldenRow, state: AnswerState): Result {
  const { usage: counted, usageFinal, contentBytes, modelServed, stopReason } = state;
  const usage: Usage | null = usageFinal
    ? counted
    : estimateUsage({ counted, outputBytes: contentBytes, requestBytes: 0 });
  if (usage === null) throw new Error('nothing was counted');
  const model = modelServed ?? row.model;
  const cost = priceUsage(CLAUDE_PRICES, { model, usage, stopReason, atMs: Date.parse(row.at ?? NOW) });
  const billed = toBilledTokens(usage);
  return {
    tokens: {
      input: billed.inputTokens,
      output: billed.outputTokens,
      cacheRead: billed.cacheReadTokens,
      cacheWrite5m: billed.cacheWrite5mTokens,
      cacheWrite1h: billed.cacheWrite1hTokens,
    },
    isEstimated: !usageFinal,
    pricing: cost.pricing,
    nanoDollars: cost.pricing === 'unpriced' ? null : cost.nanoDollars,
  };
}
