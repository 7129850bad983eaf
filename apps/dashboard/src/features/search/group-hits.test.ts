import { expect, test } from 'bun:test';
import type { SearchHit } from '@nexus/contract';
import { groupHits, listTools } from './group-hits.ts';

function buildHit(messageId: string, conversationId: string, tools: readonly string[] = []): SearchHit {
  return {
    messageId,
    conversationId,
    conversationTitle: `Title of ${conversationId}`,
    branch: 'main',
    requestId: 'r',
    domain: 'team.example',
    role: 'user',
    isAnswer: false,
    saidAt: '2026-11-20T12:00:00.000Z',
    tools,
    snippet: [],
    requestCount: 1,
    isCut: false,
  };
}

test('neighbours of one conversation stand together, and nobody is moved', () => {
  const hits = [buildHit('1', 'a'), buildHit('2', 'a'), buildHit('3', 'b'), buildHit('4', 'a')];
  const groups = groupHits(hits);
  expect(groups.map(({ title, hits: own }) => [title, own.map(({ messageId }) => messageId)])).toEqual([
    ['Title of a', ['1', '2']],
    ['Title of b', ['3']],
    ['Title of a', ['4']],
  ]);
  expect(new Set(groups.map(({ key }) => key)).size).toBe(3);
});

test('a tool can be chosen among those that were found, and the chosen one stays', () => {
  expect(listTools([buildHit('1', 'a', ['Read', 'Bash']), buildHit('2', 'a', ['Bash'])], 'Task')).toEqual([
    'Bash',
    'Read',
    'Task',
  ]);
});
