import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { SET_UP_MS_MAX, withKey } from '../api-world.ts';
import { type BoatsWorld, startBoatsWorld } from '../conversation-world.ts';
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
