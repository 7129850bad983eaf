import { expect, test } from 'bun:test';
import { parseConversationFilters, toConversationArguments } from './conversation-filters.ts';

test('filters are read from an address as words, and other names in it are left alone', () => {
  const search = { domain: 'team-a.example', hasErrors: 'true', text: 'pipeline', branch: 'main', model: '' };
  expect(parseConversationFilters(search)).toEqual({ domain: 'team-a.example', hasErrors: 'true', text: 'pipeline' });
});

test('a range becomes an instant', () => {
  const now = Date.parse('2026-11-20T18:00:00.000Z');
  expect(toConversationArguments({ range: '1h', hasSubAgents: 'true' }, now)).toEqual({
    hasSubAgents: 'true',
    from: '2026-11-20T17:00:00.000Z',
  });
});

test.each([
  ['hasErrors', 'perhaps'],
  ['range', 'forever'],
  ['from', 'yesterday'],
])('a wrong %s is said', (name, value) => {
  expect(() => parseConversationFilters({ [name]: value })).toThrow(`Filter "${name}"`);
});
