import { expect, test } from 'bun:test';
import { toBudgetSentence, toLimitsSentence, toWhomWords } from './rule-words.ts';

test('a budget says what it will do, until when, and how exact it is', () => {
  expect(toBudgetSentence(20_000_000_000, 'day', toWhomWords('project', 'atlas'))).toBe(
    'At most $20.00 a day for all keys of project atlas together. Once it is spent, calls are refused until midnight UTC; ' +
      'it can be overspent by what one call costs at the most.',
  );
  expect(toBudgetSentence(0, 'month', toWhomWords('key', 'laptop'))).toBe(
    'Nothing may be spent for key laptop: every call is refused.',
  );
});

test('limits say what they will do', () => {
  const none = { requestsPerMinute: null, inputTokensPerMinute: null, outputTokensPerMinute: null, concurrent: null };
  expect(toLimitsSentence(none, toWhomWords('global', '*'))).toBe('No limit for everybody together.');
  expect(toLimitsSentence({ ...none, requestsPerMinute: 1 }, toWhomWords('user', 'ada'))).toBe(
    'At most 1 request a minute, for all keys of ada together. What is more is refused with 429 and told when to try again.',
  );
  expect(
    toLimitsSentence({ ...none, requestsPerMinute: 60, inputTokensPerMinute: 400_000, concurrent: 4 }, 'for key ci'),
  ).toBe(
    'At most 60 requests and 400,000 input tokens a minute and 4 exchanges at once, for key ci. ' +
      'What is more is refused with 429 and told when to try again.',
  );
});
