import type { Candidate, Fingerprint, Linked } from '@nexus/core';
import type { ClientBase, QueryResultRow } from 'pg';
import type { FingerprintTable } from '../schema.ts';
import {
  byAgent,
  byEnd,
  byOpening,
  byPrompt,
  bySession,
  bySummary,
  CONTINUATIONS,
  toLookUp,
} from './candidate-queries.ts';
import { toLinked } from './fingerprint-row.ts';
import { toColumns } from './link-columns.ts';

/** The connection of the transaction, and whether statements may be kept prepared on it. */
export interface LinkClient {
  readonly client: ClientBase;
  readonly prepared: boolean;
}

/**
 * What the links of `fingerprints` may depend on, in one look-up for all of them: who ends where they lately went past,
 * their sessions' newest, calls and agents by prompt, summaries by probe. Every part is a walk of one index, and bounded.
 * Stored requests in `anew` are looked over.
 */
export async function findCandidates(
  link: LinkClient,
  fingerprints: readonly Fingerprint[],
  anew: ReadonlySet<string>,
): Promise<Candidate[]> {
  const { ends, openings, sessions, prompts, launched, read, written } = toColumns(fingerprints, 'near');
  const values = [[...anew], ...ends, ...openings, ...sessions, ...prompts, ...launched, ...read, ...written];
  return load(link, { name: 'link_candidates', text: CANDIDATES, values }, anew);
}

/** The same further back, for those that go on from nothing near: the ends before, and the agents of their sessions. */
export async function findFarCandidates(
  link: LinkClient,
  fingerprints: readonly Fingerprint[],
  anew: ReadonlySet<string>,
): Promise<Candidate[]> {
  const { ends, openings, agents, compacted } = toColumns(fingerprints, 'rest');
  if ([ends, openings, agents].every(([domains]) => domains.length === 0)) return [];
  const values = [[...anew], ...ends, ...openings, ...agents, ...compacted];
  return load(link, { name: 'link_candidates_far', text: FAR_CANDIDATES, values }, anew);
}

const CANDIDATES = toLookUp([byEnd(2), byOpening(8), bySession(17), byPrompt(20), bySummary(24)]);
const FAR_CANDIDATES = toLookUp([byEnd(2), byOpening(8), byAgent(17)]);

interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

async function load(link: LinkClient, statement: Statement, anew: ReadonlySet<string>): Promise<Candidate[]> {
  const rows = await run<FingerprintTable>(link, statement);
  const there = rows.filter((row) => !anew.has(row.request_id));
  // Decisions read where a candidate ends and never the steps before.
  const linked = there.map((row) => toLinked(row, () => null, 1));
  const continuations = await findContinuations(link, linked);
  return linked.map((it) => {
    const continuedBy = continuations.get(toTurn(it)) ?? null;
    // Whatever began after one that is linked anew is linked anew as well, so nobody else goes on from here.
    const isThere = continuedBy !== null && !anew.has(continuedBy.requestId);
    return { fingerprint: it.fingerprint, link: it.link, continuedBy: isThere ? continuedBy : null };
  });
}

/** By turn, who goes on from it first. */
async function findContinuations(
  link: LinkClient,
  linked: readonly Linked[],
): Promise<ReadonlyMap<string, NonNullable<Candidate['continuedBy']>>> {
  const turns = new Map<string, Fingerprint>();
  for (const it of linked) {
    if (it.link.relation !== 'attached' && it.fingerprint.chain !== null) turns.set(toTurn(it), it.fingerprint);
  }
  if (turns.size === 0) return new Map();
  const values = [
    [...turns.values()].map(({ domain }) => domain),
    [...turns.keys()],
    [...turns.values()].map(({ chain }) => chain?.end),
  ];
  const rows = await run<{ turn_id: string; request_id: string; started_at: Date }>(link, {
    name: 'link_continuations',
    text: CONTINUATIONS,
    values,
  });
  return new Map(
    rows.map((row) => [row.turn_id, { requestId: row.request_id, startedAtMs: row.started_at.getTime() }]),
  );
}

function toTurn({ link }: Linked): string {
  return link.retryOf ?? link.requestId;
}

async function run<Row extends QueryResultRow>(
  { client, prepared }: LinkClient,
  { name, text, values }: Statement,
): Promise<Row[]> {
  // Planning takes longer than looking: 3 ms against half of one.
  const found = await client.query<Row>({ ...(prepared ? { name } : {}), text, values });
  return found.rows;
}
