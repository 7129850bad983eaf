import { expect, test } from 'bun:test';
import { toActorWords, toChangeWords, toDetailWords } from './audit-words.ts';

const CHANGE = { verb: 'delete', noun: 'conversation', nounId: '', detail: {} };

test('a change is told as a sentence', () => {
  expect(toChangeWords({ ...CHANGE, verb: 'delete', noun: 'conversation' })).toBe('deleted a conversation');
  expect(toChangeWords({ ...CHANGE, verb: 'drop', noun: 'storage' })).toBe('dropped what was too old from storage');
  expect(toChangeWords({ ...CHANGE, verb: 'relink', noun: 'conversation' })).toBe('relinked conversations');
  expect(toChangeWords({ ...CHANGE, verb: 'pause', noun: 'account' })).toBe('paused an account');
});

test('who it was is told by what is known', () => {
  expect(toActorWords({ actor: 'local-cli', actorId: 'ada' })).toBe('The command line, as ada');
  expect(toActorWords({ actor: 'person', actorId: '0198c0de-0000-7000-8000-00000000abcd' })).toBe(
    'Somebody signed in, …0000abcd',
  );
  expect(toActorWords({ actor: 'dashboard-key', actorId: null })).toBe('The dashboard key');
  expect(toActorWords({ actor: 'dashboard-key', actorId: 'ada@laptop' })).toBe(
    'The dashboard key, used by ada@laptop by their own word',
  );
});

test('details are few words, and nothing is said of what is nothing', () => {
  expect(toDetailWords({ ...CHANGE, detail: { requestCount: 9, from: 'x' } })).toBe('9 requests · from x');
  expect(
    toDetailWords({ ...CHANGE, detail: { months: '', bytes: 0, deletedConversations: 2, forgottenConversations: 0 } }),
  ).toBe('deleted conversations 2');
  expect(toDetailWords({ ...CHANGE, detail: { name: 'laptop' } })).toBe('laptop');
});

test('limits and budgets are told by whose they are and how much they allow', () => {
  const budget = { verb: 'set', noun: 'budget', nounId: 'project:a:b' };
  const limit = { verb: 'set', noun: 'limit', nounId: 'key:k-1' };
  const names = new Map([['k-1', 'laptop']]);
  const set = { ...budget, detail: { period: 'day', limitNanoDollars: 12_500_000_000 } };
  const gone = { ...budget, detail: { period: 'day', limitNanoDollars: null } };
  expect([toChangeWords(set), toDetailWords(set)]).toEqual(['set the budget of project a:b', '$12.50 a day']);
  expect([toChangeWords(gone), toDetailWords(gone)]).toEqual(['took away the budget of project a:b', 'for each day']);
  const some = { ...limit, detail: { requestsPerMinute: 600, inputTokensPerMinute: null, concurrent: 8 } };
  expect([toChangeWords(some, names), toDetailWords(some)]).toEqual([
    'set the limits of key laptop',
    '600 requests a minute · 8 at once',
  ]);
  expect(toChangeWords({ ...limit, detail: { requestsPerMinute: null } }, names)).toBe(
    'took away the limits of key laptop',
  );
});

test('a rotation and a new end of a key are told in words', () => {
  const key = { verb: 'rotate', noun: 'key', nounId: 'k-1' };
  expect(toDetailWords({ ...key, detail: { graceSeconds: 86_400, name: 'ci' } })).toBe(
    'the old secret stays good for 24 h · ci',
  );
  expect(toDetailWords({ ...key, detail: { graceSeconds: 0 } })).toBe('the old secret ended at once');
  expect(toDetailWords({ ...key, detail: { expiresAt: null } })).toBe('to never');
});
