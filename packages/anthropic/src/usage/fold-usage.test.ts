import { describe, expect, test } from 'bun:test';
import { estimateUsage, foldUsage, type Usage } from '../index.ts';

const NOTHING: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  thinkingTokens: 0,
  serverToolUses: {},
  iterations: [],
  serviceTier: null,
  speed: null,
  inferenceGeo: null,
};

function fold(...frames: unknown[]): Usage | null {
  return frames.reduce<Usage | null>(foldUsage, null);
}

describe('usage frames and what they add up to', () => {
  test.each<[string, unknown[], Partial<Usage> | null]>([
    ['nothing', [null, undefined, 'x', []], null],
    ['a body alone', [{ input_tokens: 7, output_tokens: 9 }], { inputTokens: 7, outputTokens: 9 }],
    [
      'start, then a delta with output alone',
      [{ input_tokens: 7, cache_read_input_tokens: 3, output_tokens: 1 }, { output_tokens: 40 }],
      { inputTokens: 7, cacheReadTokens: 3, outputTokens: 40 },
    ],
    [
      'cumulative deltas: the last wins, they are not added',
      [{ input_tokens: 7, output_tokens: 1 }, { output_tokens: 20 }, { input_tokens: 9, output_tokens: 40 }],
      { inputTokens: 9, outputTokens: 40 },
    ],
    [
      'nulls, which change nothing',
      [
        { input_tokens: 7, output_tokens: 1 },
        { input_tokens: null, cache_read_input_tokens: null, output_tokens: 5 },
      ],
      { inputTokens: 7, outputTokens: 5 },
    ],
    [
      'a zero, which is a count',
      [
        { input_tokens: 7, output_tokens: 5 },
        { input_tokens: 0, output_tokens: 0 },
      ],
      { inputTokens: 0, outputTokens: 0 },
    ],
    [
      'cache writes with lifetimes',
      [
        {
          cache_creation_input_tokens: 9,
          cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
        },
      ],
      { cacheWrite5mTokens: 4, cacheWrite1hTokens: 5 },
    ],
    ['cache writes without lifetimes', [{ cache_creation_input_tokens: 9 }], { cacheWrite5mTokens: 9 }],
    [
      'a sum that repeats what the lifetimes said',
      [
        {
          cache_creation_input_tokens: 9,
          cache_creation: { ephemeral_5m_input_tokens: 4, ephemeral_1h_input_tokens: 5 },
        },
        { cache_creation_input_tokens: 9, output_tokens: 2 },
      ],
      { cacheWrite5mTokens: 4, cacheWrite1hTokens: 5, outputTokens: 2 },
    ],
    [
      'one lifetime and the sum',
      [{ cache_creation_input_tokens: 9, cache_creation: { ephemeral_1h_input_tokens: 5 } }],
      { cacheWrite5mTokens: 4, cacheWrite1hTokens: 5 },
    ],
    [
      'thinking',
      [{ output_tokens: 1 }, { output_tokens: 50, output_tokens_details: { thinking_tokens: 44 } }],
      { outputTokens: 50, thinkingTokens: 44 },
    ],
    [
      'server tools',
      [{ server_tool_use: { web_search_requests: 1 } }, { server_tool_use: { web_search_requests: 2, a_new_tool: 1 } }],
      { serverToolUses: { web_search_requests: 2, a_new_tool: 1 } },
    ],
    [
      'figures that are no counts, which are told as they stood',
      [
        {
          input_tokens: -1,
          output_tokens: 1.5,
          cache_read_input_tokens: '9',
          cache_creation_input_tokens: 2 ** 53,
          cache_creation: { ephemeral_5m_input_tokens: Number.POSITIVE_INFINITY, ephemeral_1h_input_tokens: 4 },
          output_tokens_details: { thinking_tokens: 400_000_000 },
          server_tool_use: { web_search_requests: -2, something_new: {} },
          iterations: [{ type: 'compaction', input_tokens: [7] }],
        },
      ],
      {
        cacheWrite1hTokens: 4,
        iterations: [
          {
            type: 'compaction',
            model: null,
            inputTokens: 0,
            outputTokens: 0,
            cacheReadTokens: 0,
            cacheWrite5mTokens: 0,
            cacheWrite1hTokens: 0,
          },
        ],
        suspicious: [
          { field: 'input_tokens', value: '-1' },
          { field: 'output_tokens', value: '1.5' },
          { field: 'cache_read_input_tokens', value: '"9"' },
          { field: 'cache_creation_input_tokens', value: '9007199254740992' },
          { field: 'cache_creation.ephemeral_5m_input_tokens', value: 'Infinity' },
          { field: 'output_tokens_details.thinking_tokens', value: '400000000' },
          { field: 'server_tool_use.web_search_requests', value: '-2' },
          { field: 'iterations[0].input_tokens', value: '[7]' },
        ],
      },
    ],
    [
      'a figure that cannot be true until a later one tells it anew',
      [{ input_tokens: -5, output_tokens: -1 }, { output_tokens: 8 }, { input_tokens: null }],
      { outputTokens: 8, suspicious: [{ field: 'input_tokens', value: '-5' }] },
    ],
    [
      'a figure that was told wrong once and right at last',
      [{ input_tokens: -5 }, { input_tokens: 5 }],
      { inputTokens: 5 },
    ],
    [
      'iterations, which the top level leaves out',
      [
        { input_tokens: 5, output_tokens: 1, iterations: null },
        {
          output_tokens: 6,
          iterations: [
            { type: 'compaction', input_tokens: 100, output_tokens: 30 },
            { type: 'message', model: 'm', cache_creation_input_tokens: 4, output_tokens: 6 },
            'not an object',
          ],
        },
        { output_tokens: 7 },
      ],
      {
        inputTokens: 5,
        outputTokens: 7,
        iterations: [
          {
            type: 'compaction',
            model: null,
            inputTokens: 100,
            outputTokens: 30,
            cacheReadTokens: 0,
            cacheWrite5mTokens: 0,
            cacheWrite1hTokens: 0,
          },
          {
            type: 'message',
            model: 'm',
            inputTokens: 0,
            outputTokens: 6,
            cacheReadTokens: 0,
            cacheWrite5mTokens: 4,
            cacheWrite1hTokens: 0,
          },
        ],
      },
    ],
  ])('%s', (_name, frames, expected) => {
    expect(fold(...frames)).toEqual(expected === null ? null : { ...NOTHING, ...expected });
  });
});

test('an answer that broke off is estimated at four characters a token, never below what Claude counted', () => {
  const counted = { ...NOTHING, inputTokens: 500, cacheReadTokens: 20, outputTokens: 3 };
  expect(estimateUsage({ counted, outputBytes: 41, requestBytes: 9_000 })).toEqual({ ...counted, outputTokens: 11 });
  expect(estimateUsage({ counted, outputBytes: 4, requestBytes: 9_000 })).toEqual(counted);
});

test('where Claude counted nothing the input is estimated from the request, if it got there', () => {
  expect(estimateUsage({ counted: null, outputBytes: 0, requestBytes: 4_000 })).toEqual({
    ...NOTHING,
    inputTokens: 1_000,
  });
  expect(estimateUsage({ counted: null, outputBytes: 0, requestBytes: 0 })).toEqual(NOTHING);
});
