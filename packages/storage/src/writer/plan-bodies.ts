import { toMonth } from '../migrations/month.ts';
import type { MessageBlobTable, RequestBodyTable } from '../schema.ts';
import type { SpooledRecord } from '../spool/spooled-record.ts';
import { type Base, BASES_MAX, type PayloadMemory, type PayloadMonth } from './payload-memory.ts';
import { planBody } from './plan-body.ts';
import { toBlobRow, toRequestBodyRow } from './to-rows.ts';

/** A body that the database will have once the transaction is committed. */
export interface LearnedBase {
  readonly place: PayloadMonth;
  readonly base: Base;
}

export interface PlannedBodies {
  /** One copy of each, in the order of the primary key: two writers of one conversation never wait for each other in a ring. */
  readonly blobs: readonly MessageBlobTable[];
  readonly bodies: readonly RequestBodyTable[];
  readonly learned: readonly LearnedBase[];
}

/**
 * Chooses the base of each body among what the database has and what stands earlier in the same batch. It is chosen
 * here and not when the record is spooled, so that no record ever depends on one that was not written.
 */
export function planBodies(memory: PayloadMemory, records: readonly SpooledRecord[]): PlannedBodies {
  const blobs = new Map<string, MessageBlobTable>();
  const bodies: RequestBodyTable[] = [];
  const learned: LearnedBase[] = [];
  const batches = new Map<string, BatchPlace>();
  for (const { facts, request, slices } of records) {
    if (!request) continue;
    const place = { payloadId: facts.conversationId, month: toMonth(facts.startedAtMs) };
    const here = findPlace(batches, place);
    const candidate = { startedAtMs: facts.startedAtMs, hashes: request.hashes };
    const plan = planBody(candidate, [...memory.bases(place), ...here.bases], (keyframeId) => {
      return memory.groupSize(place, keyframeId) + (here.groups.get(keyframeId) ?? 0);
    });
    bodies.push(toRequestBodyRow(facts, request, plan));
    for (const slice of slices) {
      const key = `${place.payloadId}${place.month}${slice.hash.toString('hex')}`;
      if (!blobs.has(key) && !memory.isWritten(place, slice.hash)) blobs.set(key, toBlobRow(place, slice));
    }
    if (request.method !== 'slices') continue;
    const keyframeId = plan.kind === 'link' ? plan.base.keyframeId : facts.requestId;
    const base = { requestId: facts.requestId, startedAtMs: facts.startedAtMs, keyframeId, hashes: request.hashes };
    learned.push({ place, base });
    note(here, base);
  }
  const sorted = [...blobs].sort(([left], [right]) => (left < right ? -1 : 1));
  return { blobs: sorted.map(([, blob]) => blob), bodies, learned };
}

/** What the batch so far adds to what the memory knows of one place. */
interface BatchPlace {
  readonly bases: Base[];
  readonly groups: Map<string, number>;
}

function findPlace(batches: Map<string, BatchPlace>, { payloadId, month }: PayloadMonth): BatchPlace {
  const key = `${payloadId}/${month}`;
  const known = batches.get(key) ?? { bases: [], groups: new Map<string, number>() };
  batches.set(key, known);
  return known;
}

function note({ bases, groups }: BatchPlace, base: Base): void {
  bases.push(base);
  if (bases.length > BASES_MAX) bases.shift();
  groups.set(base.keyframeId, (groups.get(base.keyframeId) ?? 0) + 1);
}
