/**
 * `bun packages/storage/bench/linking.ts [--requests 1000000] [--keep]`: how long the recorder takes to link a request where
 * so many are stored, one at a time and in batches of a hundred, what a turn that comes late costs, and how long lists and
 * trees take to read. Without arguments a small run; `--keep` writes bench/results-linking.md.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createTestDatabase } from '@nexus/testkit';
import type { Fingerprint } from '@nexus/core';
import { ensurePartitions, listConversations, loadConversationTree, openStorage } from '../src/index.ts';
import { findCandidates } from '../src/linking/find-candidates.ts';
import { createFingerprintRecord } from '../src/linking/fingerprint-record.ts';
import { linkRecords } from '../src/linking/link-records.ts';
import { lockDomains } from '../src/linking/lock-domains.ts';
import { createInsertRows } from '../src/writer/insert-rows.ts';
import { BEGIN_WRITE } from '../src/writer/write-batch.ts';
import { buildLateFork, fillConversations, type MadeUp } from '../test/fill-conversations.ts';
import { buildRecord, NOON_MS } from '../test/record.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '20000' }, keep: { type: 'boolean', default: false } },
});
const requests = Number(values.requests);
const TURNS = 50;
const MEASURED_CONVERSATIONS = 40;
const BATCH = 100;
/** Keep the ids of what is measured apart. */
const SERIALS = ['one', 'hundred', 'look'];
const STORED: MadeUp = { name: 'stored', domain: 'bench.example', requests, turns: TURNS };
const LONG: MadeUp = { name: 'long', domain: 'long.example', requests: 10_000, turns: 10_000 };

const database = await createTestDatabase();
const storage = openStorage({
  connection: database.connection,
  poolMax: 2,
  prepared: true,
  slowQueryMs: 60_000,
  log: { info: () => {}, warn: () => {}, error: () => {} },
});
await ensurePartitions(storage, NOON_MS);
const client = await storage.pool.connect();
const insert = createInsertRows({ prepared: true });
const filledMs = performance.now();
await fillConversations(client, STORED);
await fillConversations(client, LONG);
const fillSeconds = Math.round((performance.now() - filledMs) / 1_000);

const single = await measureLinking('one', 1);
const batched = await measureLinking('hundred', BATCH);
const lists = await measure(200, async (turn) => {
  await listConversations(storage, { limit: 50, ...(turn % 2 === 0 ? { domain: 'bench.example' } : {}) });
});
const listed = await listConversations(storage, { limit: 200, domain: 'bench.example' });
const trees = await measure(200, async (turn) => {
  await loadConversationTree(storage, listed.conversations[turn % 200]?.facts.conversationId ?? '');
});
const looks = await measureLookUps();
const lateNear = await measureLate(LONG.requests - 10);
const lateFar = await measureLate(1);
client.release();
await storage.close();
await database.drop();

const commit = Bun.spawnSync(['git', 'rev-parse', '--short', 'HEAD']).stdout.toString().trim();
const page = `# Linking among ${requests.toLocaleString('en')} stored requests

Commit \`${commit}\`, ${new Date().toISOString().slice(0, 10)}, Bun ${Bun.version}, embedded PostgreSQL 18 with its 64 MB of shared buffers.
Made by \`bun packages/storage/bench/linking.ts --requests ${requests}\`; the rows were made in ${fillSeconds} s.

| milliseconds | p50 | p95 | p99 |
| --- | --- | --- | --- |
| the look-up for one request | ${describe(looks)} |
| linking one, from begin to commit | ${describe(single)} |
| linking one of a batch of ${BATCH} | ${describe(batched)} |
| list of 50 conversations | ${describe(lists)} |
| tree of ${TURNS} turns | ${describe(trees)} |
| a late turn, ten from the end of a conversation of ${LONG.requests.toLocaleString('en')} | ${describe(lateNear)} |
| a late turn at its beginning: all of it is linked anew | ${describe(lateFar)} |
`;
console.log(page);
if (values.keep) writeFileSync(join(import.meta.dir, '../../../bench/results-linking.md'), page);

/** Links turn after turn of new conversations, taking turns between them as a team does. */
async function measureLinking(name: string, size: number): Promise<number[]> {
  const fingerprints = toTraffic(name);
  const spans: number[] = [];
  for (let at = 0; at < fingerprints.length; at += size) {
    const batch = fingerprints.slice(at, at + size);
    spans.push((await measureBatch(batch, 'commit')) / batch.length);
  }
  return spans;
}

async function measureBatch(batch: readonly Fingerprint[], end: 'commit' | 'rollback'): Promise<number> {
  const startedMs = performance.now();
  await client.query(BEGIN_WRITE);
  await lockDomains(client, [batch[0]?.domain ?? '']);
  await linkRecords({ client, insert, prepared: true }, batch);
  await client.query(end);
  return performance.now() - startedMs;
}

/** The look-ups alone, of turns that are new. */
async function measureLookUps(): Promise<number[]> {
  const fingerprints = toTraffic('look').slice(0, 1_000);
  await client.query(BEGIN_WRITE);
  const spans = await measure(fingerprints.length, async (turn) => {
    await findCandidates({ client, prepared: true }, fingerprints.slice(turn, turn + 1), new Set());
  });
  await client.query('rollback');
  return spans;
}

async function measureLate(serial: number): Promise<number[]> {
  const spans: number[] = [];
  for (let turn = 0; turn < 3; turn += 1) spans.push(await measureBatch([buildLateFork(LONG, serial)], 'rollback'));
  return spans;
}

function toTraffic(name: string) {
  const fingerprintRecord = createFingerprintRecord();
  return Array.from({ length: TURNS * MEASURED_CONVERSATIONS }, (_, serial) => {
    const conversation = serial % MEASURED_CONVERSATIONS;
    const turn = Math.floor(serial / MEASURED_CONVERSATIONS);
    const said = Array.from({ length: turn * 2 + 1 }, (_text, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: `${name} ${conversation} says ${at}`,
    }));
    const answer = {
      role: 'assistant',
      content: [{ type: 'text', text: `${name} ${conversation} says ${turn * 2 + 1}` }],
    };
    const record = buildRecord(
      serial + SERIALS.indexOf(name) * 100_000,
      { sessionId: `${name}-${conversation}`, domain: 'bench.example' },
      {
        requestHeaders: [['x-claude-code-session-id', `${name}-${conversation}`]],
        responseHeaders: [['content-type', 'application/json']],
        requestBody: Buffer.from(JSON.stringify({ model: 'm', messages: said })),
        responseBody: Buffer.from(JSON.stringify(answer)),
      },
    );
    return fingerprintRecord(record);
  });
}

async function measure(count: number, work: (turn: number) => Promise<void>): Promise<number[]> {
  const spans: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    const startedMs = performance.now();
    await work(turn);
    spans.push(performance.now() - startedMs);
  }
  return spans;
}

function describe(spans: readonly number[]): string {
  const [half, most, nearlyAll] = [50, 95, 99].map((percent) => toPercentile(spans, percent).toFixed(2));
  return [half, most, nearlyAll].join(' | ');
}

/** The value that `percent` of `spans` do not exceed. */
function toPercentile(spans: readonly number[], percent: number): number {
  const sorted = spans.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}
