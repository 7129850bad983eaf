import { afterAll, beforeAll, expect, test } from 'bun:test';
import { buildGraph, type RecordedRequest } from '@nexus/core';
import { LINK_RULES } from '../src/linking/link-rules.ts';
import { toLink } from '../src/linking/fingerprint-row.ts';
import { buildBody, buildRecord, NOON_MS } from './record.ts';
import { toFingerprints } from './traffic-records.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

/** Health probes, evaluations, load tests: many requests begin alike, and end in another order than they began. */
const COUNT = 120;
const ANSWER = Buffer.from(JSON.stringify({ role: 'assistant', content: [{ type: 'text', text: 'Many.' }] }));

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
}, 60_000);
afterAll(() => world.drop());

function buildOpenings(domain: string, sessionId: string | null): RecordedRequest[] {
  return Array.from({ length: COUNT }, (_, at) =>
    buildRecord(
      at,
      { domain, sessionId, stream: false, startedAtMs: NOON_MS + at * 10 + ((at * 37) % 90) },
      {
        requestHeaders: sessionId === null ? [] : [['x-claude-code-session-id', sessionId]],
        responseHeaders: [['content-type', 'application/json']],
        requestBody: buildBody(['How many rivers reach the sea?']),
        responseBody: ANSWER,
      },
    ),
  );
}

async function writeInParts(records: readonly RecordedRequest[]) {
  const writer = world.createWriter({
    limits: { memoryBytesMax: 32 * 1024 * 1024, spoolBytesMax: 256 * 1024 * 1024, batchMs: 1 },
  });
  for (let at = 0; at < records.length; at += 20) {
    for (const record of records.slice(at, at + 20)) writer.append(record);
    await world.settled(writer);
  }
  const { domain } = records[0]?.facts ?? { domain: '' };
  const rows = await world.storage.db.selectFrom('fingerprint').selectAll().where('domain', '=', domain).execute();
  return new Map(rows.map((row) => [row.request_id, toLink(row)]));
}

test('equal openings of one session are one turn and its retries, however many they are', async () => {
  const records = buildOpenings('probe.example', 'probe');
  const links = await writeInParts(records);
  expect(links).toEqual(new Map(buildGraph(toFingerprints(records), LINK_RULES)));
  const all = [...links.values()];
  expect(new Set(all.map(({ branch }) => branch))).toEqual(new Set(['main']));
  expect(all.filter(({ relation }) => relation === 'retries')).toHaveLength(COUNT - 1);
}, 60_000);

test('equal openings of nobody, each answered, are conversations of their own', async () => {
  const records = buildOpenings('nobody.example', null);
  const links = await writeInParts(records);
  expect(links).toEqual(new Map(buildGraph(toFingerprints(records), LINK_RULES)));
  expect(new Set([...links.values()].map(({ conversationId }) => conversationId)).size).toBe(COUNT);
}, 60_000);
