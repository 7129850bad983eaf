import { type Fingerprint, type Linked, mendGraph } from '@nexus/core';
import type { ClientBase } from 'pg';
import { type AuditEntry, insertAudit } from '../queries/audit/insert-audit.ts';
import { findRequest } from '../queries/request/find-request.ts';
import { findResponseBody } from '../queries/request/find-response-body.ts';
import { rebuildRequestBody } from '../queries/request/rebuild-request-body.ts';
import { toFacts } from '../queries/request/to-facts.ts';
import { walkRequests } from '../queries/request/walk-requests.ts';
import type { FingerprintTable, RequestTable } from '../schema.ts';
import { StorageError } from '../storage-error.ts';
import type { Storage } from '../storage.ts';
import { createInsertRows, type InsertRows } from '../writer/insert-rows.ts';
import { createFingerprintRecord, type FingerprintRecord } from './fingerprint-record.ts';
import { toFingerprintRow, toLinkColumns, toLinked } from './fingerprint-row.ts';
import { LINK_RULES } from './link-rules.ts';
import { findFamilies, loadFamily } from './load-family.ts';
import { openCopyDesk, openLiveDesk, type RelinkDesk } from './relink-desk.ts';
import { recountConversations } from './store-conversations.ts';
import { applyChanges, insertLinked, type NewLinked, type StoredChange } from './store-links.ts';

export interface RelinkOptions {
  /** Only this one; all where it is left out. */
  readonly domain?: string | undefined;
  /** Tells what would change, and changes nothing. */
  readonly dryRun: boolean;
  readonly onProgress?: (report: RelinkReport) => void;
  /** Who does it; called where something was changed. */
  readonly toAudit?: (detail: AuditEntry['detail']) => AuditEntry;
}

export interface RelinkReport {
  readonly requests: number;
  /** Requests of which the bodies say something else than what was known to linking. */
  readonly reread: number;
  /** Requests that stand, or would stand, somewhere else. */
  readonly relinked: number;
  /** Requests whose bodies are no longer there, or damaged: what is known of them stays. */
  readonly unread: number;
  /** Conversations with too many requests to be linked anew. */
  readonly skipped: number;
}

const BATCH_REQUESTS = 100;

interface Relinking {
  readonly storage: Storage;
  readonly options: RelinkOptions;
  readonly insert: InsertRows;
  readonly fingerprintRecord: FingerprintRecord;
  readonly checked: Set<string>;
  readonly desk: RelinkDesk;
  /** Where requests stood before the run, and where they stand now, for those that were moved. */
  readonly moved: Map<string, { readonly from: string; readonly to: string }>;
  report: RelinkReport;
}

/**
 * Links everything anew from the stored bodies, oldest first, while the gateway goes on recording. What stands right is
 * left alone, so a second run changes nothing.
 */
export async function relink(storage: Storage, options: RelinkOptions): Promise<RelinkReport> {
  const desk = options.dryRun ? await openCopyDesk(storage, options.domain) : openLiveDesk(storage);
  try {
    const report = await relinkAll({
      storage,
      options,
      insert: createInsertRows({ prepared: false }),
      fingerprintRecord: createFingerprintRecord(),
      checked: new Set(),
      desk,
      moved: new Map(),
      report: { requests: 0, reread: 0, relinked: 0, unread: 0, skipped: 0 },
    });
    await tellAudit(storage, options, report);
    return report;
  } finally {
    await desk.close();
  }
}

async function tellAudit(
  { pool }: Storage,
  { dryRun, toAudit }: RelinkOptions,
  { requests, reread, relinked }: RelinkReport,
): Promise<void> {
  if (dryRun || toAudit === undefined || reread + relinked === 0) return;
  await insertAudit(pool, toAudit({ requests, reread, relinked }));
}

async function relinkAll(run: Relinking): Promise<RelinkReport> {
  const { domain: only } = run.options;
  for await (const rows of walkRequests(run.storage, { domain: only, pageMax: BATCH_REQUESTS })) {
    const read: (Fingerprint | null)[] = [];
    // One after the other: large bodies take their time, and the pool is everybody's.
    for (const row of rows) read.push(await readAgain(run, row));
    for (const domain of new Set(rows.map((row) => row.domain))) {
      const fingerprints = read.flatMap((it) => (it?.domain === domain ? it : []));
      const requestIds = rows.filter((row) => row.domain === domain).map((row) => row.request_id);
      await run.desk.work(domain, (client) => relinkFamilies(run, client, { domain, requestIds, fingerprints }));
    }
    run.options.onProgress?.(run.report);
  }
  return run.report;
}

/** What the stored bodies of a request say; null where they are not there any more. */
async function readAgain(run: Relinking, row: RequestTable): Promise<Fingerprint | null> {
  const { storage, fingerprintRecord } = run;
  run.report = { ...run.report, requests: run.report.requests + 1 };
  try {
    const [found, body, answer] = await Promise.all([
      findRequest(storage, row.request_id),
      rebuildRequestBody(storage, row.request_id),
      findResponseBody(storage, row.request_id),
    ]);
    if (found === null || (body === null && row.payload !== 'none')) throw new StorageError('body-damaged', 'not kept');
    const { requestHeaders, responseHeaders, phases } = found;
    return fingerprintRecord({
      facts: toFacts(row),
      payload: {
        requestHeaders,
        responseHeaders,
        phases,
        requestBody: body?.bytes ?? null,
        responseBody: answer?.bytes ?? null,
        responseEncoding: answer?.encoding ?? null,
        responseTimings: [],
      },
    });
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    run.report = { ...run.report, unread: run.report.unread + 1 };
    return null;
  }
}

interface RelinkBatch {
  readonly domain: string;
  readonly requestIds: readonly string[];
  readonly fingerprints: readonly Fingerprint[];
}

async function relinkFamilies(run: Relinking, client: ClientBase, batch: RelinkBatch): Promise<void> {
  const stored = await loadStored(client, batch);
  const reread = batch.fingerprints.filter((fingerprint) => {
    const before = stored.get(fingerprint.requestId);
    return before !== undefined && !isSame(before, { ...before, fingerprint });
  });
  const own = new Set([...stored.values()].map(({ link }) => link.conversationId));
  const isChecked = reread.length === 0 && [...own].every((id) => run.checked.has(id));
  if (isChecked) return;
  const known = [...stored.values()].map(({ fingerprint }) => fingerprint);
  const found = await findFamilies({ client, prepared: false }, [...known, ...reread]);
  const ids = [...new Set([...own, ...found])];
  const family = await loadFamily(client, ids);
  if (family === null) {
    run.report = { ...run.report, skipped: run.report.skipped + own.size };
    return;
  }
  await settle(run, client, { family, reread });
  for (const id of own) run.checked.add(id);
}

async function loadStored(client: ClientBase, { domain, requestIds }: RelinkBatch): Promise<Map<string, Linked>> {
  const found = await client.query<FingerprintTable>(
    'select * from fingerprint where domain = $1 and request_id = any($2::uuid[])',
    [domain, requestIds],
  );
  // What retention let linking forget stays as it stands: its parts are not all there any more to be read again.
  const rows = found.rows.filter((row) => !row.forgotten);
  return new Map(rows.map((row) => [row.request_id, toLinked(row, () => null, 2)]));
}

function isSame(a: Linked, b: Linked): boolean {
  return JSON.stringify(toFingerprintRow(a)) === JSON.stringify(toFingerprintRow(b));
}

/** Writes down what was read anew, and gives everybody the place that follows. */
async function settle(
  run: Relinking,
  client: ClientBase,
  { family, reread }: { readonly family: readonly Linked[]; readonly reread: readonly Fingerprint[] },
): Promise<void> {
  const anew = new Map(reread.map((fingerprint) => [fingerprint.requestId, fingerprint]));
  const current = family.map(({ fingerprint, link }) => ({
    fingerprint: anew.get(fingerprint.requestId) ?? fingerprint,
    link,
  }));
  const byId = new Map(current.map((it) => [it.fingerprint.requestId, it]));
  const changes = mendGraph({ family: current, arrived: [] }, LINK_RULES).flatMap(
    ({ before, after }): StoredChange[] => {
      const fingerprint = byId.get(after.requestId)?.fingerprint;
      return before === null || fingerprint === undefined ? [] : [{ fingerprint, change: { before, after } }];
    },
  );
  await applyChanges(client, changes);
  const moves = changes.reduce((count, { change }) => count + noteMove(run.moved, change), 0);
  const links = new Map(changes.map(({ change }) => [change.after.requestId, change.after]));
  const rewritten = reread.flatMap((fingerprint): NewLinked[] => {
    const link = links.get(fingerprint.requestId) ?? byId.get(fingerprint.requestId)?.link;
    return link === undefined ? [] : [{ fingerprint, link, parentEnd: null }];
  });
  await forget(client, rewritten);
  await insertLinked(client, run.insert, rewritten);
  const recount = new Set(rewritten.map(({ link }) => link.conversationId));
  for (const { change } of changes) recount.add(change.before.conversationId).add(change.after.conversationId);
  await recountConversations(client, run.insert, [...recount].toSorted());
  const { report } = run;
  run.report = {
    ...report,
    reread: report.reread + rewritten.length,
    relinked: report.relinked + moves,
  };
}

/** A request may be moved several times until all that belongs to it was read; only where it ends counts. Gives 1, 0 or -1. */
function noteMove(moved: Relinking['moved'], { before, after }: StoredChange['change']): number {
  const known = moved.get(after.requestId);
  const from = known?.from ?? JSON.stringify(toLinkColumns(before));
  const to = JSON.stringify(toLinkColumns(after));
  moved.set(after.requestId, { from, to });
  return Number(from !== to) - Number(known !== undefined && known.from !== known.to);
}

async function forget(client: ClientBase, linked: readonly NewLinked[]): Promise<void> {
  const ids = [linked.map(({ fingerprint }) => fingerprint.domain), linked.map(({ link }) => link.requestId)];
  for (const table of ['fingerprint', 'agent_call', 'summary_probe']) {
    await client.query(
      `delete from ${table} as t
       using unnest($1::text[], $2::uuid[]) as k (domain, request_id)
       where t.domain = k.domain and t.request_id = k.request_id`,
      ids,
    );
  }
}
