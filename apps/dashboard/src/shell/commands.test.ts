import { describe, expect, test } from 'bun:test';
import { sampleConversation } from '../api/sample-conversations.ts';
import { sampleRequest } from '../api/sample-requests.ts';
import { findCommands, toCommands } from './commands.ts';

const commands = toCommands({
  domains: ['team-a.example'],
  conversations: [sampleConversation({ title: 'Mend the build' })],
  recent: [sampleRequest({ preview: 'Mend the pipeline', upstreamRequestId: 'req_011abc' })],
});
const labels = (text: string) => findCommands(commands, text).map((command) => command.label);

describe('the palette', () => {
  test('offers rooms first, and no single request unasked', () => {
    expect(labels('').slice(0, 2)).toEqual(['Live', 'Conversations']);
    expect(findCommands(commands, '').some((command) => command.group === 'Request')).toBe(false);
  });

  test('opens any request by its whole id, known here or not', () => {
    const [found] = findCommands(commands, ' 0198c0de-aaaa-7000-8000-00000000000f ');
    expect(found?.does).toEqual({ type: 'request', requestId: '0198c0de-aaaa-7000-8000-00000000000f' });
  });

  test('opens a conversation by its whole id, or by its title', () => {
    const conversationId = '0198c0de-bbbb-8000-8000-00000000000f';
    expect(findCommands(commands, conversationId)[0]?.does).toEqual({ type: 'conversation', conversationId });
    expect(findCommands(commands, 'mend the build')[0]?.group).toBe('Conversation');
  });

  test('finds a known request by a piece of its id or of the id of Claude', () => {
    expect(labels('0198c0de-0000')).toHaveLength(2);
    expect(findCommands(commands, 'req_011')[0]?.group).toBe('Request');
  });

  test('narrows the list to a model or a domain', () => {
    expect(findCommands(commands, 'sonnet')[0]?.does).toEqual({
      type: 'filter',
      filters: { model: 'claude-sonnet-4-5' },
    });
    expect(findCommands(commands, 'team-a')[0]?.does).toEqual({
      type: 'filter',
      filters: { domain: 'team-a.example' },
    });
  });

  test('takes words in any order', () => {
    expect(labels('dark theme')[0]).toBe('Theme: dark');
  });

  test('offers to search for whatever was typed, after everything that is called so', () => {
    expect(findCommands(commands, ' flux capacitor ')).toEqual([
      expect.objectContaining({
        label: 'Search messages for “flux capacitor”',
        does: { type: 'search', q: 'flux capacitor' },
      }),
    ]);
    expect(labels('search')).toEqual(['Search', 'Search messages for “search”']);
  });

  test('offers what can be done, by whatever one calls it', () => {
    expect(findCommands(commands, 'new key')[0]?.does).toEqual({ type: 'make-key' });
    expect(findCommands(commands, 'spend')[0]?.does).toEqual({ type: 'room', to: '/usage' });
    expect(findCommands(commands, 'budget')[0]?.does).toEqual({ type: 'set-rule', rule: 'budget' });
    expect(findCommands(commands, 'log out')[0]?.does).toEqual({ type: 'sign-out' });
  });
});
