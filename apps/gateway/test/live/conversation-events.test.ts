import { describe, expect, test } from 'bun:test';
import { LiveEvent } from '@nexus/contract';
import type { Link } from '@nexus/core';
import type { WrittenRequest } from '@nexus/storage';
import { toConversationEvents } from '../../src/live/to-conversation-events.ts';
import { buildFacts, RECENT_MS } from '../api/records.ts';
import { createLiveWorld, openWatcher } from './live-world.ts';

const CONVERSATION_ID = '0197f1d2-aaaa-4000-8000-0000000000c0';

function buildWritten(link: Partial<Link>, facts: Parameters<typeof buildFacts>[0] = {}): WrittenRequest {
  const built = buildFacts({ conversationId: CONVERSATION_ID, ...facts });
  return {
    facts: built,
    link: {
      requestId: built.requestId,
      conversationId: CONVERSATION_ID,
      branch: 'main',
      depth: 1,
      launchOrder: null,
      relation: 'continues',
      parentRequestId: null,
      retryOf: null,
      launchedBy: null,
      linkSource: 'prefix',
      because: 'for a test',
      ...link,
    },
    provisionalConversationId: CONVERSATION_ID,
  };
}

const listTypes = (...requests: readonly WrittenRequest[]): string[] =>
  toConversationEvents({ requests }).map((event) => event.type);

describe('what a written batch tells of conversations', () => {
  test('a late request that moved others tells of the conversations that they left and came to, each once', () => {
    const { link } = buildWritten({});
    const elsewhere = { ...link, conversationId: '0197f1d2-aaaa-4000-8000-0000000000c1' };
    const move = { before: elsewhere, after: link };
    expect(toConversationEvents({ requests: [], relinked: [move, move] })).toEqual([
      {
        type: 'conversations-changed',
        because: 'relinked',
        conversationIds: [elsewhere.conversationId, CONVERSATION_ID],
      },
    ]);
  });

  test.each([
    ['the first turn', { relation: 'root' }, ['conversation-created', 'turn-added']],
    ['a root that begins anew within its session', { relation: 'root', branch: 'branch_1' }, ['turn-added']],
    ['a turn', {}, ['turn-added']],
    ['a fork', { relation: 'forks', branch: 'branch_1' }, ['branch-forked', 'turn-added']],
    ['a turn behind a summary', { relation: 'compacts', branch: 'compact_1' }, ['branch-forked', 'turn-added']],
    ['a retry', { relation: 'retries' }, []],
    ['what is no turn', { relation: 'attached', branch: null }, []],
  ] satisfies [string, Partial<Link>, string[]][])('%s', (_, link, types) => {
    expect(listTypes(buildWritten(link))).toEqual(types);
  });

  test('an agent begins once, and ends when it answers without another call', () => {
    const link = { branch: 'subtask_1' };

    expect(
      listTypes(
        buildWritten({ ...link, relation: 'sub-agent' }, { stopReason: 'tool_use' }),
        buildWritten(link, { startedAtMs: RECENT_MS + 1, stopReason: 'pause_turn' }),
        buildWritten(link, { startedAtMs: RECENT_MS + 2, stopReason: 'end_turn', outcome: 'cut' }),
        buildWritten({ ...link, relation: 'retries' }, { startedAtMs: RECENT_MS + 3, stopReason: 'end_turn' }),
      ),
    ).toEqual(['sub-agent-started', 'turn-added', 'turn-added', 'turn-added', 'sub-agent-ended']);
  });

  test('comes in the order of the requests, with their places', () => {
    const second = buildWritten({ parentRequestId: buildFacts().requestId }, { startedAtMs: RECENT_MS + 1 });
    const first = buildWritten({ relation: 'root' });
    const events = toConversationEvents({ requests: [second, first] });

    expect(events.map((event) => event.type)).toEqual(['conversation-created', 'turn-added', 'turn-added']);
    expect(events[2]).toMatchObject({
      request: { requestId: second.facts.requestId, branch: 'main', relation: 'continues', linkSource: 'prefix' },
    });
    for (const event of events) expect(LiveEvent.parse(event)).toEqual(event);
  });

  test('reaches who watches the feed', async () => {
    const { feed, pass } = createLiveWorld();
    const watcher = openWatcher(feed);
    await watcher.take(1);
    feed.linked(() => toConversationEvents({ requests: [buildWritten({ relation: 'root' })] }));
    pass(100);
    const frames = await watcher.take(2);
    watcher.leave();

    expect(frames.map(({ event }) => event.type)).toEqual(['conversation-created', 'turn-added']);
  });

  test('is not read for nobody, and reaches who comes back within a minute', async () => {
    const { feed, pass } = createLiveWorld();
    let reads = 0;
    const readEvents = () => {
      reads += 1;
      return toConversationEvents({ requests: [buildWritten({ relation: 'root' })] });
    };
    const watcher = openWatcher(feed);
    const [opening] = await watcher.take(1);
    watcher.leave();
    feed.linked(readEvents);
    pass(10_000);
    expect(reads).toBe(0);
    const back = openWatcher(feed, opening?.id ?? '');
    const frames = await back.take(2);
    back.leave();

    expect(frames.map(({ event }) => event.type)).toEqual(['conversation-created', 'turn-added']);
    expect(reads).toBe(1);
  });

  test('who was away for longer is told of a gap', async () => {
    const { feed } = createLiveWorld();
    const watcher = openWatcher(feed);
    const [opening] = await watcher.take(1);
    watcher.leave();
    for (let batch = 0; batch < 65; batch += 1) feed.linked(() => []);
    const back = openWatcher(feed, opening?.id ?? '');
    const [first] = await back.take(1);
    back.leave();

    expect(first?.event.type).toBe('gap');
  });
});
