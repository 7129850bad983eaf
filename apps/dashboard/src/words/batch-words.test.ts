import { expect, test } from 'bun:test';
import { toBatchSentences } from './batch-words.ts';

const BATCH = {
  succeededCount: 3,
  unbilledCount: 1,
  unreadCount: 0,
  isWhole: true,
  countedCount: 3,
  totalTokens: 1_200,
  costNano: 2_000_000_000,
  unpricedCount: 0,
};

test('results that were fetched say what was counted, also where all of it was counted before', () => {
  const first = toBatchSentences(BATCH);
  expect(first.counted).toStartWith('4 results, 1 of them without a bill. 3 messages counted here: ');
  expect(first.counted).toEndWith('tokens, $2.00 at batch prices.');
  expect(first.doubts).toBeNull();
  const again = toBatchSentences({ ...BATCH, unbilledCount: 0, countedCount: 0, totalTokens: 0, costNano: 0 });
  expect(again.counted).toBe('3 results. 3 messages counted already when fetched before.');
});

test('what could not be read or priced is said, and never reads as nothing', () => {
  expect(toBatchSentences({ ...BATCH, unreadCount: 1, isWhole: false }).doubts).toBe(
    '1 line could not be read and not be counted. The end is missing, and is counted once it is fetched whole.',
  );
  expect(toBatchSentences({ ...BATCH, costNano: 0, unpricedCount: 3 }).counted).toContain('no known price');
  expect(toBatchSentences({ ...BATCH, unpricedCount: 1 }).counted).toContain('at batch prices, 1 unpriced.');
});
