import { describe, expect, test } from 'bun:test';
import { NO_USAGE, readPrompt, type Usage } from '@nexus/anthropic';
import { type CachedTurn, type CacheVerdict, CLAUDE_PRICES, explainCacheMiss, priceCacheLoss } from '../index.ts';

const NOON_MS = Date.parse('2026-11-20T12:00:00Z');
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

interface BodyChanges {
  readonly tools?: readonly string[];
  readonly system?: string;
  readonly messages?: readonly string[];
  /** Index of the message with a marker; null for none anywhere. */
  readonly marked?: number | null;
  readonly ttl?: '1h';
  readonly more?: Readonly<Record<string, unknown>>;
}

function toBody({ tools = ['Bash', 'Read'], system = 'Be brief.', messages = ['hello'], ...rest }: BodyChanges = {}) {
  const { marked = messages.length - 1, ttl, more = {} } = rest;
  const marker = { cache_control: { type: 'ephemeral', ...(ttl === undefined ? {} : { ttl }) } };
  return readPrompt({
    tools: tools.map((name) => ({ name, input_schema: { type: 'object' } })),
    system: [{ type: 'text', text: system }],
    messages: messages.map((text, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: [{ type: 'text', text, ...(at === marked ? marker : {}) }],
    })),
    ...more,
  });
}

function turn(changes: Partial<Omit<CachedTurn, 'usage'>> & { readonly usage?: Partial<Usage> } = {}): CachedTurn {
  return {
    model: 'claude-opus-5-5',
    accountId: 'one',
    startedAtMs: NOON_MS,
    answeredAtMs: NOON_MS + SECOND_MS,
    prompt: toBody(),
    ...changes,
    usage: { ...NO_USAGE, ...changes.usage },
  };
}

/** Twenty thousand tokens were written at noon. */
const PARENT = turn({ usage: { inputTokens: 3, cacheWrite5mTokens: 20_000 } });
const GOES_ON = ['hello', 'hi', 'and now?'];

/** The next turn half a minute later; it reads nothing and writes 20,100 tokens unless told otherwise. */
function next(changes: Parameters<typeof turn>[0] = {}): CachedTurn {
  return turn({
    startedAtMs: NOON_MS + 30 * SECOND_MS,
    answeredAtMs: null,
    prompt: toBody({ messages: GOES_ON }),
    ...changes,
    usage: changes.usage ?? { inputTokens: 3, cacheWrite5mTokens: 20_100 },
  });
}

/** Opus 5.5: input $4, written for 5 minutes $5 and for an hour $8, read $0.20 a million; so 4,800, 7,800 and 3,800 a token more. */
describe('why a turn missed the cache, what it missed, and what that cost (by hand)', () => {
  test.each<[string, CachedTurn, CachedTurn | null, CacheVerdict, number, number]>([
    ['nothing came before', next(), null, { kind: 'first-turn' }, 0, 0],
    [
      'all of it was read',
      next({ usage: { inputTokens: 3, cacheReadTokens: 20_000 } }),
      PARENT,
      { kind: 'warm' },
      0,
      0,
    ],
    [
      'five minutes and a second passed',
      next({ startedAtMs: NOON_MS + SECOND_MS + 5 * MINUTE_MS + SECOND_MS }),
      PARENT,
      { kind: 'expired', ttl: '5m', gapMs: 301_000 },
      20_000,
      96_000_000,
    ],
    [
      'an hour passed, and the prompt is written for another hour',
      next({ startedAtMs: NOON_MS + 2 * 3_600_000, usage: { inputTokens: 3, cacheWrite1hTokens: 20_100 } }),
      turn({ prompt: toBody({ ttl: '1h' }), usage: { cacheWrite1hTokens: 20_000 } }),
      { kind: 'expired', ttl: '1h', gapMs: 7_199_000 },
      20_000,
      156_000_000,
    ],
    [
      'another model answered',
      next({ model: 'claude-haiku-4-5' }),
      PARENT,
      { kind: 'model-changed', from: 'claude-opus-5-5', to: 'claude-haiku-4-5' },
      20_000,
      // Haiku 4.5: $1.25 written, $0.10 read.
      23_000_000,
    ],
    [
      'another account answered',
      next({ accountId: 'two' }),
      PARENT,
      { kind: 'account-changed', from: 'one', to: 'two' },
      20_000,
      96_000_000,
    ],
    [
      'a tool came in front',
      next({ prompt: toBody({ tools: ['Bash', 'Edit', 'Read'], messages: GOES_ON }) }),
      PARENT,
      { kind: 'tools-changed', change: 'added', tool: 'Edit' },
      20_000,
      96_000_000,
    ],
    [
      'a tool went',
      next({ prompt: toBody({ tools: ['Bash'], messages: GOES_ON }) }),
      PARENT,
      { kind: 'tools-changed', change: 'removed', tool: 'Read' },
      20_000,
      96_000_000,
    ],
    [
      'tools stand in another order',
      next({ prompt: toBody({ tools: ['Read', 'Bash'], messages: GOES_ON }) }),
      PARENT,
      { kind: 'tools-changed', change: 'reordered', tool: 'Read' },
      20_000,
      96_000_000,
    ],
    [
      'the system prompt is another; tools were read',
      next({
        prompt: toBody({ system: 'Be long.', messages: GOES_ON }),
        usage: { cacheReadTokens: 5_000, cacheWrite5mTokens: 15_100 },
      }),
      PARENT,
      { kind: 'system-changed', block: 0 },
      15_000,
      72_000_000,
    ],
    [
      'thinking was switched off',
      next({ prompt: toBody({ messages: GOES_ON, more: { thinking: { type: 'disabled' } } }) }),
      PARENT,
      { kind: 'settings-changed', setting: 'thinking' },
      20_000,
      96_000_000,
    ],
    [
      'the first message was edited; half of it is paid as plain input',
      next({
        prompt: toBody({ messages: ['hullo', 'hi', 'and now?'] }),
        usage: { inputTokens: 10_100, cacheWrite5mTokens: 10_000 },
      }),
      PARENT,
      { kind: 'message-changed', message: 0, block: 0, role: 'user' },
      20_000,
      48_000_000 + 38_000_000,
    ],
    [
      'no marker any more',
      next({ prompt: toBody({ messages: GOES_ON, marked: null }), usage: { inputTokens: 20_103 } }),
      PARENT,
      { kind: 'no-breakpoint', of: 'turn' },
      20_000,
      76_000_000,
    ],
    [
      'it came before the answer to the one before began',
      next({ startedAtMs: NOON_MS + 400 }),
      PARENT,
      { kind: 'too-early', byMs: 600 },
      20_000,
      96_000_000,
    ],
    [
      'twenty blocks further on',
      next({ prompt: toBody({ messages: ['hello', ...Array.from({ length: 20 }, (_, at) => `m${at}`)] }) }),
      PARENT,
      { kind: 'beyond-lookback', blocks: 20 },
      20_000,
      96_000_000,
    ],
    [
      'its body is gone',
      next({ prompt: null }),
      PARENT,
      { kind: 'unexplained', because: 'body-gone' },
      20_000,
      96_000_000,
    ],
    ['nothing changed', next(), PARENT, { kind: 'unexplained', because: 'nothing-changed' }, 20_000, 96_000_000],
    [
      'too short for its model',
      next({ usage: { inputTokens: 300 } }),
      turn({ usage: { inputTokens: 200 } }),
      { kind: 'below-minimum', minimum: 512 },
      0,
      0,
    ],
    [
      'nobody asks for caching: all of the prompt before could have been read',
      next({ prompt: toBody({ messages: GOES_ON, marked: null }), usage: { inputTokens: 2_100 } }),
      turn({ prompt: toBody({ marked: null }), usage: { inputTokens: 2_000 } }),
      { kind: 'no-breakpoint', of: 'parent' },
      2_000,
      7_600_000,
    ],
  ])('%s', (...[, asked, parent, verdict, lostTokens, nanoDollars]) => {
    const explained = explainCacheMiss({ turn: asked, parent, isCompacted: false });
    expect([explained.verdict, explained.lostTokens]).toEqual([verdict, lostTokens]);
    const { model, usage, startedAtMs } = asked;
    expect(priceCacheLoss(CLAUDE_PRICES, { model, usage, atMs: startedAtMs, lostTokens })).toBe(nanoDollars);
  });
});

test('what goes on from a summary was compacted, not edited', () => {
  const turnAfter = next({ prompt: toBody({ messages: ['This session is being continued…'] }) });
  const explained = explainCacheMiss({ turn: turnAfter, parent: PARENT, isCompacted: true });
  expect(explained.verdict).toEqual({ kind: 'compacted', message: 0 });
});

test('a prompt that became shorter lost no more than it has', () => {
  const short = next({ prompt: toBody({ messages: ['x'] }), usage: { inputTokens: 40, cacheWrite5mTokens: 900 } });
  expect(explainCacheMiss({ turn: short, parent: PARENT, isCompacted: true }).lostTokens).toBe(940);
});

test('tools that are loaded when looked for, the billing line, a moved marker and a text as a list are no change', () => {
  const body = {
    tools: [{ name: 'Bash' }],
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cch=1;' },
      { type: 'text', text: 'Be brief.' },
    ],
    messages: [{ role: 'user', content: [{ type: 'text', text: 'hello', cache_control: { type: 'ephemeral' } }] }],
  };
  const after = {
    tools: [{ name: 'Bash' }, { name: 'Jira', defer_loading: true }],
    system: [
      { type: 'text', text: 'x-anthropic-billing-header: cch=2;' },
      { type: 'text', text: 'Be brief.' },
    ],
    messages: [{ role: 'user', content: 'hello' }],
    cache_control: { type: 'ephemeral' },
  };
  const explained = explainCacheMiss({
    turn: next({ prompt: readPrompt(after) }),
    parent: { ...PARENT, prompt: readPrompt(body) },
    isCompacted: false,
  });
  expect(explained.verdict).toEqual({ kind: 'unexplained', because: 'nothing-changed' });
});

test('a loss of a model without a price is unknown, not nothing', () => {
  const { usage } = next();
  const lost = priceCacheLoss(CLAUDE_PRICES, { model: 'gpt-9', usage, atMs: NOON_MS, lostTokens: 10 });
  expect(lost).toBeNull();
});
