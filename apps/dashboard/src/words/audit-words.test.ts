import { expect, test } from 'bun:test';
import { toActorWords, toChangeWords, toDetailWords } from './audit-words.ts';

test('a change is told as a sentence', () => {
  expect(toChangeWords({ verb: 'delete', noun: 'conversation' })).toBe('deleted a conversation');
  expect(toChangeWords({ verb: 'drop', noun: 'storage' })).toBe('dropped what was too old from storage');
  expect(toChangeWords({ verb: 'relink', noun: 'conversation' })).toBe('relinked conversations');
  expect(toChangeWords({ verb: 'pause', noun: 'account' })).toBe('paused an account');
});

test('who it was is told by what is known', () => {
  expect(toActorWords({ actor: 'local-cli', actorId: 'ada' })).toBe('The command line, as ada');
  expect(toActorWords({ actor: 'person', actorId: '0198c0de-0000-7000-8000-00000000abcd' })).toBe(
    'Somebody signed in, …0000abcd',
  );
  expect(toActorWords({ actor: 'dashboard-key', actorId: null })).toBe('The dashboard key');
});

test('details are few words, and nothing is said of what is nothing', () => {
  expect(toDetailWords({ detail: { requestCount: 9, from: 'x' } })).toBe('9 requests · from x');
  expect(toDetailWords({ detail: { months: '', bytes: 0, deletedConversations: 2, forgottenConversations: 0 } })).toBe(
    'deleted conversations 2',
  );
  expect(toDetailWords({ detail: { name: 'laptop' } })).toBe('laptop');
});
