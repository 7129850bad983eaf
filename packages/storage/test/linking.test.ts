import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'bun:test';
import { buildGraph, type Graph, type Link, type RecordedRequest } from '@nexus/core';
import { createTestDatabase, type TestDatabase } from '@nexus/testkit';
import * as fc from 'fast-check';
import { arbitrarySteps } from '../../core/test/arbitrary-traffic.ts';
import { simulateTraffic } from '../../core/test/traffic.ts';
import type { Signals } from '../../core/test/write-down.ts';
import type { RecordWriter } from '../src/index.ts';
import { toLink } from '../src/linking/fingerprint-row.ts';
import { LINK_RULES } from '../src/linking/link-rules.ts';
import { recountConversations } from '../src/linking/store-conversations.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { toFingerprints, toRecords } from './traffic-records.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

// A database of its own for each test, on a server that stays up between them.
let kept: TestDatabase;
beforeAll(async () => {
  kept = await createTestDatabase();
});
afterAll(() => kept.drop());

let world: WriterWorld;
beforeEach(async () => {
  world = await createWriterWorld();
});
afterEach(() => world.drop());

const TABLES = [
  'request',
  'request_body',
  'response_body',
  'message_blob',
  'usage',
  'usage_minute',
  'usage_hour',
  'usage_day',
  'usage_session_day',
  'usage_tool_day',
  'fingerprint',
  'chain_step',
  'agent_call',
  'summary_probe',
  'conversation',
  'branch',
];

async function empty(): Promise<void> {
  await world.storage.pool.query(`truncate ${TABLES.join(', ')}`);
}

async function loadLinks(): Promise<Graph> {
  const rows = await world.storage.db.selectFrom('fingerprint').selectAll().execute();
  return new Map(rows.map((row) => [row.request_id, toLink(row)]));
}

/** The graph of `records` as one would draw it who has all of them before him. */
function toTruth(records: readonly RecordedRequest[]): Graph {
  return buildGraph(toFingerprints(records), LINK_RULES);
}

function sortLinks(graph: Graph): Link[] {
  return [...graph.values()].toSorted((a, b) => (a.requestId < b.requestId ? -1 : 1));
}

/** Requests stand where their fingerprints say, and the facts of conversations are what a recount gives. */
async function expectConsistent(records: readonly RecordedRequest[]): Promise<void> {
  const links = await loadLinks();
  expect(sortLinks(links)).toEqual(sortLinks(toTruth(records)));
  const requests = await world.storage.db.selectFrom('request').selectAll().execute();
  expect(requests).toHaveLength(records.length);
  for (const row of requests) {
    const link = links.get(row.request_id);
    expect(link).toMatchObject({
      conversationId: row.conversation_id,
      branch: row.branch,
      relation: row.relation,
      parentRequestId: row.parent_request_id,
      retryOf: row.retry_of,
      depth: row.depth,
      linkSource: row.link_source,
      because: row.link_because,
    });
    expect(link?.launchedBy?.toolUseId ?? null).toBe(row.launch_tool_use_id);
  }
  await expectFacts();
}

async function expectFacts(): Promise<void> {
  const before = await loadFacts();
  const ids = await world.storage.pool.query<{ id: string }>('select distinct conversation_id as id from request');
  const client = await world.storage.pool.connect();
  try {
    await client.query('delete from conversation');
    await client.query('delete from branch');
    const insert = createInsertRows({ prepared: false });
    await recountConversations(
      client,
      insert,
      ids.rows.map((row) => row.id),
    );
  } finally {
    client.release();
  }
  expect(before).toEqual(await loadFacts());
}

async function loadFacts() {
  const { db } = world.storage;
  const conversations = await db.selectFrom('conversation').selectAll().orderBy('conversation_id').execute();
  const branches = await db.selectFrom('branch').selectAll().orderBy('conversation_id').orderBy('name').execute();
  return { conversations, branches };
}

/** Writes in batches of the sizes that `sizes` says, so that some requests come together and others do not. */
async function write(writer: RecordWriter, records: readonly RecordedRequest[]): Promise<void> {
  for (const record of records) writer.append(record);
  await writer.flush();
  await world.settled(writer);
}

/** The same records in an order that `lots` decide. */
function shuffle<Value>(values: readonly Value[], lots: readonly number[]): Value[] {
  const rest = [...values];
  return values.flatMap((_, at) => rest.splice((lots[at % lots.length] ?? 0) % rest.length, 1));
}

function chunk<Value>(values: readonly Value[], size: number): Value[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, at) => values.slice(at * size, (at + 1) * size));
}

const lots = fc.array(fc.nat({ max: 1_000 }), { minLength: 50, maxLength: 50 });
// Making a failure smaller takes minutes of database work, and nobody would see what it was.
const RUNS = { numRuns: 6, endOnFailure: true };
const SIGNALS: readonly Signals[] = ['headers', 'metadata', 'none'];

function inOrder(signals: Signals) {
  return fc.asyncProperty(arbitrarySteps, fc.integer({ min: 1, max: 40 }), async (steps, size) => {
    await empty();
    const records = toRecords(simulateTraffic(steps), signals);
    const writer = world.createWriter({ limits: LIMITS });
    for (const part of chunk(records, size)) await write(writer, part);
    await writer.close(1_000);
    await expectConsistent(records);
  });
}

describe.each(SIGNALS)('with %s', (signals) => {
  test('what is written in the order it happened is linked as the whole says', async () => {
    await fc.assert(inOrder(signals), RUNS);
  }, 60_000);

  test('what comes in any order ends in the same graph', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps, lots, fc.integer({ min: 1, max: 40 }), async (steps, order, size) => {
        await empty();
        const records = toRecords(simulateTraffic(steps), signals);
        const writer = world.createWriter({ limits: LIMITS });
        for (const part of chunk(shuffle(records, order), size)) await write(writer, part);
        await writer.close(1_000);
        await expectConsistent(records);
      }),
      RUNS,
    );
  }, 60_000);

  test('two writers with the turns between them, and everything replayed, end in the same graph', async () => {
    await fc.assert(
      fc.asyncProperty(arbitrarySteps, lots, async (steps, order) => {
        await empty();
        const records = toRecords(simulateTraffic(steps), signals);
        const writers = [world.createWriter({ limits: LIMITS }), world.createWriter({ limits: LIMITS })];
        const mixed = shuffle(records, order);
        await Promise.all(
          writers.map(async (writer, at) => {
            const own = mixed.filter((_, index) => index % 2 === at);
            for (const part of chunk(own, 5)) await write(writer, part);
            // The other's as well, as if its spool had been taken over.
            await write(writer, mixed);
          }),
        );
        await Promise.all(writers.map((writer) => writer.close(1_000)));
        await expectConsistent(records);
      }),
      RUNS,
    );
  }, 60_000);
});

test('the longest beginning is gone on from, also where a shorter one was found by its session', async () => {
  // Of 253 runs the one in which a turn stands five blocks behind its parent and another turn of its session is near.
  await fc.assert(inOrder('metadata'), { seed: 1_024_441_407, path: '252', numRuns: 1, endOnFailure: true });
}, 60_000);

const LIMITS = { memoryBytesMax: 32 * 1024 * 1024, spoolBytesMax: 256 * 1024 * 1024, batchMs: 1 };
