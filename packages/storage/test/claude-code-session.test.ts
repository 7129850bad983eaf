import { afterEach, beforeEach, expect, test } from 'bun:test';
import { describeRequest } from '@nexus/anthropic';
import { buildGraph, type RecordedRequest } from '@nexus/core';
import {
  readSession,
  type SessionExchange,
  type SessionSignals,
} from '../../../fixtures/claude-code-session/read-session.ts';
import { listPathMessages, relink } from '../src/index.ts';
import { toLink } from '../src/linking/fingerprint-row.ts';
import { LINK_RULES } from '../src/linking/link-rules.ts';
import { buildFacts, buildPayload, toId } from './record.ts';
import { toFingerprints } from './traffic-records.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeEach(async () => {
  world = await createWriterWorld();
});
afterEach(() => world.drop());

/** The recorded session as the recorder of a gateway hands it over. */
function toRecord(
  { startedAtMs, endedAtMs, path, headers, body, answer }: SessionExchange,
  serial: number,
): RecordedRequest {
  const isStream = !answer.startsWith('{');
  return {
    facts: buildFacts({
      ...describeRequest({ body, headers, path }),
      requestId: toId(startedAtMs, serial),
      startedAtMs,
      durationMs: endedAtMs - startedAtMs,
      path,
      stream: isStream,
    }),
    payload: buildPayload({
      requestHeaders: headers,
      responseHeaders: [['content-type', isStream ? 'text/event-stream' : 'application/json']],
      requestBody: Buffer.from(JSON.stringify(body)),
      responseBody: Buffer.from(answer),
    }),
  };
}

test.each<[SessionSignals, string]>([
  ['headers', 'Harbour watch'],
  ['metadata', 'Harbour watch'],
  ['none', 'Look after the harbour.'],
])(
  'a session of Claude Code with %s is stored as linking sees it, and a relink changes nothing',
  async (signals, title) => {
    const records = readSession(signals).map(toRecord);
    const writer = world.createWriter();
    for (const record of records) writer.append(record);
    await world.settled(writer);

    const rows = await world.storage.db.selectFrom('fingerprint').selectAll().execute();
    const links = new Map(rows.map((row) => [row.request_id, toLink(row)]));
    expect(links).toEqual(new Map(buildGraph(toFingerprints(records), LINK_RULES)));
    expect(await relink(world.storage, { dryRun: true })).toMatchObject({ requests: records.length, relinked: 0 });

    const conversations = await world.storage.db
      .selectFrom('conversation')
      .selectAll()
      .where('turn_count', '>', 0)
      .execute();
    expect(conversations.map((row) => [row.title ?? row.first_prompt, row.turn_count, row.retry_count])).toEqual([
      [title, 16, 0],
    ]);
  },
);

test('its path says each message once, with the request that sent it, be it a note or news', async () => {
  const records = readSession('headers').map(toRecord);
  const writer = world.createWriter();
  for (const record of records) writer.append(record);
  await world.settled(writer);
  const rows = await world.storage.db.selectFrom('conversation').selectAll().where('turn_count', '>', 0).execute();
  const path = await listPathMessages(world.storage, {
    conversationId: rows[0]?.conversation_id ?? '',
    branch: 'main',
  });
  const places = new Map(records.map(({ facts }, at) => [facts.requestId, at]));
  const told = path?.[0]?.messages.map(({ json, addedBy }) => {
    const { role } = JSON.parse(Buffer.from(json).toString());
    return `${role} ${places.get(addedBy)}`;
  });
  expect(told).toEqual(
    [
      ['user 1', 'system 1', 'assistant 2', 'user 2', 'assistant 3', 'user 3'],
      ['assistant 10', 'user 10', 'assistant 11', 'user 11'],
      ['assistant 12', 'user 12', 'system 12', 'assistant 13', 'user 13'],
    ].flat(),
  );
});
