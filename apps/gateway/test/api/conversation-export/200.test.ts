import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { RecordedRequest } from '@nexus/core';
import { SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';
import { type BoatsWorld, findConversationOf, startBoatsWorld } from '../conversation-world.ts';
import { buildTurn } from '../conversations.ts';
import { writeRecords } from '../records.ts';
import { readExport } from './read-export.ts';

let world: BoatsWorld;
beforeAll(async () => {
  world = await startBoatsWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

const decoder = new TextDecoder();

async function exportText(format: 'jsonl' | 'md' | 'html'): Promise<{ text: string; mediaType: string }> {
  const { conversationId } = world;
  const { bytes, mediaType } = await world.client.perform('conversation.export', { conversationId, format });
  return { text: decoder.decode(bytes), mediaType };
}

/** What was said on the main line up to a turn. */
function toLine(turns: number): string[] {
  return Array.from({ length: turns * 2 - 1 }, (_, index) =>
    index % 2 === 0 ? `Ask ${index / 2}` : `Say ${(index - 1) / 2}`,
  );
}

/** A main line of 89 turns, and 29 forks of it at different turns. */
function buildLongTalk(): readonly RecordedRequest[] {
  const facts = { sessionId: 'long' };
  const turns = Array.from({ length: 89 }, (_, index) =>
    buildTurn({ at: index, said: toLine(index + 1), answer: `Say ${index}`, facts }),
  );
  const forks = Array.from({ length: 29 }, (_, index) => {
    const said = [...toLine(index * 3 + 2).slice(0, -1), `Other ${index}`];
    return buildTurn({ at: 100 + index, said, answer: 'Else', facts });
  });
  return [...turns, ...forks];
}

describe('GET /api/conversations/:id/export', () => {
  test('as JSONL holds every byte of every request, and each message once', async () => {
    const { text, mediaType } = await exportText('jsonl');
    const records = readExport(Buffer.from(text));
    const originals = Object.values(world.boats);

    expect(mediaType).toBe('application/x-ndjson');
    expect(records.map(({ facts }) => world.nameOf(facts.requestId))).toEqual(Object.keys(world.boats));
    for (const [index, record] of records.entries()) {
      const { facts, payload } = originals[index] ?? world.boats.first;
      expect(record.facts).toEqual({ ...facts, conversationId: world.conversationId });
      expect(record.payload.requestHeaders).toEqual(payload.requestHeaders);
      expect(Buffer.from(record.payload.requestBody ?? []).equals(payload.requestBody ?? Buffer.of())).toBe(true);
      expect(Buffer.from(record.payload.responseBody ?? []).equals(payload.responseBody ?? Buffer.of())).toBe(true);
    }
    expect(text.split('Five boats.').length - 1).toBe(2);
  });

  test(
    'a conversation of 207 messages and 30 branches comes back from its JSONL with an equal graph',
    async () => {
      const [from, to] = [await startApiWorld(), await startApiWorld()];
      const talk = buildLongTalk();
      await writeRecords(from, talk);
      const conversationId = await findConversationOf(from, talk[0] ?? world.boats.first);
      const { bytes } = await from.client.perform('conversation.export', { conversationId });
      await writeRecords(to, readExport(bytes).toReversed());
      const [before, after] = await Promise.all(
        [from, to].map(async ({ client }) => ({
          tree: await client.perform('conversation.tree', { conversationId }),
          whole: await client.perform('conversation.get', { conversationId }),
        })),
      );
      const paths = await from.client.perform('conversation.messages', { conversationId, limit: 500 });
      await Promise.all([from.stop(), to.stop()]);

      expect(before?.whole.branches).toHaveLength(30);
      expect(paths.messageCount + 29).toBe(207);
      expect(after).toEqual(before);
    },
    SET_UP_MS_MAX,
  );

  test('as Markdown is a page to read, in which nothing closes its fences', async () => {
    const { text, mediaType } = await exportText('md');

    expect(mediaType).toBe('text/markdown; charset=utf-8');
    expect(text).toStartWith('# Boats and what stands on them\n');
    expect(text).toContain('## subtask_1 (sub-agent of main)');
    expect(text).toContain('**Tool call: Task**\n\n```\n{\n  "prompt": "Look after the masts"\n}\n```');
    expect(text.split('Five boats.').length - 1).toBe(1);
  });

  test('as HTML is one page without scripts, in which all that was said is text', async () => {
    const { text, mediaType } = await exportText('html');

    expect(mediaType).toBe('text/html; charset=utf-8');
    expect(text).not.toContain('<script');
    expect(text).toContain('And &lt;script&gt;the sails&lt;/script&gt;?');
    expect(text).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`);
  });

  test('is a file to save, whatever it is', async () => {
    const url = `${world.apiUrl}/api/conversations/${world.conversationId}/export?format=html`;
    const { headers } = await fetch(url, withKey);

    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe('attachment');
  });
});
