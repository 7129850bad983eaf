import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isObject, SET_UP_MS_MAX, withKey } from '../api-world.ts';
import { type BoatsWorld, startBoatsWorld } from '../conversation-world.ts';

let world: BoatsWorld;
let lines: readonly string[];
beforeAll(async () => {
  world = await startBoatsWorld();
  const { conversationId, client } = world;
  const { bytes } = await client.perform('conversation.export', { conversationId });
  lines = new TextDecoder().decode(bytes).trimEnd().split('\n');
  await client.perform('conversation.delete', { conversationId });
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

const NDJSON = { 'content-type': 'application/x-ndjson' };

async function send(body: string, headers: Record<string, string> = NDJSON) {
  const answer = await fetch(`${world.apiUrl}/api/conversations/import`, {
    method: 'POST',
    headers: { ...withKey.headers, ...headers },
    body,
  });
  const json: unknown = await answer.json();
  const error = isObject(json) && isObject(json['error']) ? json['error'] : {};
  return { status: answer.status, code: error['code'], message: String(error['message']) };
}

function change(index: number, from: string | RegExp, to: string): string {
  return lines.map((line, at) => (at === index ? line.replace(from, to) : line)).join('\n');
}

const lineOf = (type: string): number => lines.findIndex((line) => line.startsWith(`{"type":"${type}"`));

describe('POST /api/conversations/import refuses, and leaves nothing behind:', () => {
  const cases: readonly (readonly [name: string, build: () => string, message: RegExp])[] = [
    ['an empty file', () => '', /line 1 is missing/],
    ['what is no JSON', () => `${lines[0]}\nhello`, /line 2 is no JSON/],
    ['a line of something else', () => `${lines[0]}\n{"type":"cat"}`, /line 2 is no line of an export/],
    ['a request before any conversation', () => lines.slice(1).join('\n'), /line 1 stands before/],
    ['a file that was cut between lines', () => lines.slice(0, -1).join('\n'), /the file was cut/],
    ['a file that was cut in a line', () => lines.join('\n').slice(0, -5), /line \d+ is no JSON/],
    [
      'a file that lacks a request',
      () => lines.filter((_, at) => at !== lineOf('request')).join('\n'),
      /ends 9 requests, of which 8/,
    ],
    ['changed words', () => lines.join('\n').replace('Count the boats', 'Count the goats'), /does not match its hash/],
    ['slices out of order', () => change(lineOf('slice'), '"number":0', '"number":7'), /is not slice 0/],
    [
      'slices that are not there',
      () => change(lineOf('request'), /"slices":\[\[\d+,\d+\]/, '"slices":[[900,2]'),
      /slices that do not stand/,
    ],
    [
      'an id of another time',
      () => change(lineOf('request'), /"requestId":"\w{8}/, '"requestId":"01900000'),
      /request id/,
    ],
    ['a format of the future', () => change(0, '"format":1', '"format":2'), /line 1 is no line/],
  ];
  test.each(cases)('%s', async (_name, build, message) => {
    const answer = await send(build());
    expect(answer).toMatchObject({ status: 400, code: 'import-invalid' });
    expect(answer.message).toMatch(message);
    expect((await world.client.perform('conversation.list', {})).conversations).toEqual([]);
    expect(await readdir(path.join(world.dataDir, 'uploads'))).toEqual([]);
  });

  test('a body that a form of another site could send', async () => {
    const answer = await send(lines.join('\n'), { 'content-type': 'text/plain' });
    expect(answer).toMatchObject({ status: 400, code: 'field-invalid' });
    expect(answer.message).toContain('application/x-ndjson');
  });

  test('a good file after all of them', async () => {
    expect(await send(`${lines.join('\n')}\n`)).toMatchObject({ status: 200 });
  });
});
