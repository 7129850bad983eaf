import { afterAll, beforeAll, expect, test } from 'bun:test';
import { buildGraph } from '@nexus/core';
import * as fc from 'fast-check';
import { arbitrarySteps } from '../../core/test/arbitrary-traffic.ts';
import { simulateTraffic } from '../../core/test/traffic.ts';
import { relink } from '../src/index.ts';
import { toLink } from '../src/linking/fingerprint-row.ts';
import { LINK_RULES } from '../src/linking/link-rules.ts';
import { toFingerprints, toRecords } from './traffic-records.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

const steps = fc.sample(arbitrarySteps, { numRuns: 6, seed: 7 }).flat();
const records = toRecords(simulateTraffic(steps), 'metadata');

async function loadTables(): Promise<Record<string, unknown[]>> {
  const tables = ['fingerprint', 'request', 'conversation', 'branch', 'agent_call', 'summary_probe', 'chain_step'];
  const rows = await Promise.all(
    tables.map(async (table) => {
      const found = await world.storage.pool.query<{ row: unknown }>(
        `select to_jsonb(t) as row from ${table} as t order by to_jsonb(t)::text`,
      );
      return [table, found.rows.map(({ row }) => row)] as const;
    }),
  );
  return Object.fromEntries(rows);
}

test('a relink of what was linked on arrival changes nothing', async () => {
  const writer = world.createWriter();
  for (const record of records) writer.append(record);
  await world.settled(writer);
  const before = await loadTables();
  const report = await relink(world.storage, { dryRun: false });
  expect(report).toEqual({ requests: records.length, reread: 0, relinked: 0, unread: 0, skipped: 0 });
  expect(await loadTables()).toEqual(before);
});

test('a relink finds the whole graph again from bodies alone, says so before, and changes nothing when run twice', async () => {
  const { pool } = world.storage;
  const before = await loadTables();
  await pool.query('truncate fingerprint, chain_step, agent_call, summary_probe, conversation, branch');
  // As a database from before requests were linked: one conversation, no place in it, nothing known of the bodies.
  await pool.query(`update request set relation = 'attached', branch = null, parent_request_id = null, retry_of = null,
    depth = 0, launch_tool_use_id = null, link_source = 'none', link_because = 'not linked'`);
  await pool.query(`
    insert into fingerprint (
      domain, request_id, started_at, ended_at, kind, outcome, continues, summaries_read, summaries_written,
      conversation_id, relation, depth, link_source, link_because
    )
    select domain, request_id, started_at, started_at, kind, outcome, false, '{}', '{}', conversation_id, relation, depth,
      link_source, link_because
    from request`);
  const unlinked = await loadTables();
  const told = await relink(world.storage, { dryRun: true });
  expect(told.reread).toBe(records.length);
  expect(await loadTables()).toEqual(unlinked);
  const report = await relink(world.storage, { dryRun: false });
  expect(report).toMatchObject({ requests: records.length, reread: records.length, unread: 0, skipped: 0 });
  expect(told).toEqual(report);
  const rows = await world.storage.db.selectFrom('fingerprint').selectAll().execute();
  const links = new Map(rows.map((row) => [row.request_id, toLink(row)]));
  expect(links).toEqual(new Map(buildGraph(toFingerprints(records), LINK_RULES)));
  const after = await loadTables();
  for (const table of ['request', 'conversation', 'branch', 'agent_call', 'summary_probe']) {
    expect(after[table]).toEqual(before[table] ?? []);
  }
  expect(await relink(world.storage, { dryRun: false })).toMatchObject({ reread: 0, relinked: 0 });
  expect(await loadTables()).toEqual(after);
});
