import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { buildGraph, type Graph, mendGraph } from '../src/index.ts';
import { arbitrarySteps } from './arbitrary-traffic.ts';
import { type Expected, toExpectedGraph } from './expected-graph.ts';
import { createMemoryStore } from './memory-store.ts';
import { simulateTraffic } from './traffic.ts';
import { RULES, type Signals, toFingerprints } from './write-down.ts';

const SIGNALS: readonly Signals[] = ['headers', 'metadata', 'none'];

/** The graph with conversations and branches named after who is in them, so that only who shares them counts. */
function toComparable(entries: Iterable<Expected>): unknown {
  const conversations = new Map<string, number>();
  const branches = new Map<string, number>();
  const sorted = [...entries].sort((a, b) => (a.requestId < b.requestId ? -1 : 1));
  return sorted.map((entry) => [
    entry.requestId,
    entry.relation,
    entry.parentRequestId,
    entry.retryOf,
    entry.depth,
    numberOf(conversations, entry.conversation),
    entry.branch === null ? null : numberOf(branches, `${entry.conversation} ${entry.branch}`),
    entry.branch !== null && /^(main|subtask_\d+)$/.test(entry.branch) ? entry.branch : null,
  ]);
}

function numberOf(names: Map<string, number>, name: string): number {
  const number = names.get(name) ?? names.size;
  names.set(name, number);
  return number;
}

function toFound(graph: Graph): Expected[] {
  return [...graph.values()].map(
    ({ requestId, relation, parentRequestId, retryOf, conversationId, branch, depth }) => ({
      requestId,
      relation,
      parentRequestId,
      retryOf,
      branch,
      depth,
      conversation: conversationId,
    }),
  );
}

describe.each(SIGNALS)('with %s', (signals) => {
  test('the rebuilt graph is the one that the traffic was made of', () => {
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const turns = simulateTraffic(steps);
        const graph = buildGraph(toFingerprints(turns, signals), RULES);
        expect(toComparable(toFound(graph))).toEqual(toComparable(toExpectedGraph(turns, signals).values()));
      }),
      { numRuns: 400 },
    );
  });

  test.each([false, true])('records that come in any order end in the same graph (fewest candidates: %p)', (isLean) => {
    fc.assert(
      fc.property(arbitrarySteps, fc.infiniteStream(fc.nat()), (steps, lots) => {
        const fingerprints = toFingerprints(simulateTraffic(steps), signals);
        const store = createMemoryStore({ rules: RULES, isLean });
        for (const fingerprint of shuffle(fingerprints, lots)) store.record(fingerprint);
        expectSameLinks(store.links(), buildGraph(fingerprints, RULES));
      }),
      { numRuns: 150 },
    );
  });

  test('records that come in time are mostly appended, and end in the same graph', () => {
    const counts = { append: 0, relink: 0 };
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const fingerprints = toFingerprints(simulateTraffic(steps), signals);
        const store = createMemoryStore({ rules: RULES, isLean: true });
        for (const fingerprint of fingerprints) store.record(fingerprint);
        expectSameLinks(store.links(), buildGraph(fingerprints, RULES));
        counts.append += store.counts.append;
        counts.relink += store.counts.relink;
      }),
      { numRuns: 150 },
    );
    expect(counts.append).toBeGreaterThan(counts.relink);
  });

  test('nothing is ever linked across domains', () => {
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const fingerprints = toFingerprints(simulateTraffic(steps), signals);
        const domains = new Map(fingerprints.map(({ requestId, domain }) => [requestId, domain]));
        const conversations = new Map<string, string | undefined>();
        for (const link of buildGraph(fingerprints, RULES).values()) {
          const domain = domains.get(link.requestId);
          for (const other of [link.parentRequestId, link.retryOf, link.launchedBy?.requestId ?? null]) {
            if (other !== null) expect(domains.get(other)).toBe(domain);
          }
          expect(conversations.get(link.conversationId) ?? domain).toBe(domain);
          conversations.set(link.conversationId, domain);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('each call launches one agent, each branch name is given once, and mending twice changes nothing', () => {
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const fingerprints = toFingerprints(simulateTraffic(steps), signals);
        const graph = buildGraph(fingerprints, RULES);
        const calls = [...graph.values()].flatMap(({ launchedBy }) => launchedBy ?? []);
        expect(new Set(calls.map(({ requestId, toolUseId }) => `${requestId} ${toolUseId}`)).size).toBe(calls.length);
        const firsts = [...graph.values()].filter(({ relation }) => {
          return relation !== 'continues' && relation !== 'retries' && relation !== 'attached';
        });
        const names = firsts.map(({ conversationId, branch }) => `${conversationId} ${branch}`);
        expect(new Set(names).size).toBe(names.length);
        const family = fingerprints.flatMap((fingerprint) => {
          const link = graph.get(fingerprint.requestId);
          return link === undefined ? [] : { fingerprint, link };
        });
        expect(mendGraph({ family, arrived: [] }, RULES)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

/** The same requests in an order that `lots` decide. */
function shuffle<Value>(values: readonly Value[], lots: Iterator<number>): Value[] {
  const rest = [...values];
  return values.flatMap(() => rest.splice((lots.next().value ?? 0) % rest.length, 1));
}

function expectSameLinks(found: Graph, truth: Graph): void {
  expect(found.size).toBe(truth.size);
  for (const [requestId, link] of truth) expect(found.get(requestId)).toEqual(link);
}
