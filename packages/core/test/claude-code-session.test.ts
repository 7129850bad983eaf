import { describe, expect, test } from 'bun:test';
import {
  assembleMessage,
  describeRequest,
  normaliseAnswer,
  normaliseMessage,
  normaliseMessages,
  readTitle,
} from '@nexus/anthropic';
import * as fc from 'fast-check';
import {
  readSession,
  type SessionExchange,
  type SessionSignals,
} from '../../../fixtures/claude-code-session/read-session.ts';
import { buildGraph, type Fingerprint, type Graph, toFingerprint } from '../src/index.ts';
import { createMemoryStore } from './memory-store.ts';
import { digest, RULES } from './write-down.ts';

/** As they were told: request 00 asked for the title, 15 and 16 counted tokens. */
const TURNS = [
  '01 main root -',
  '02 main continues 01',
  '03 main continues 02',
  '04 subtask_1 sub-agent 02 toolu_tides',
  '05 subtask_2 sub-agent 02 toolu_boats',
  '06 subtask_1 continues 04',
  '07 subtask_3 sub-agent 04 toolu_moon',
  '08 subtask_2 continues 05',
  '09 subtask_1 continues 06',
  '10 main continues 03',
  '11 main continues 10',
  '12 main continues 11',
  '13 main continues 12',
  '14 compact compacts 13',
  '17 compact continues 14',
  '18 branch forks 14',
];

/** The fingerprints of the session; requests are called by their place in it. */
function readFingerprints(signals: SessionSignals): Fingerprint[] {
  return readSession(signals).map((exchange, at) => toFingerprintOf(exchange, String(at).padStart(2, '0')));
}

function toFingerprintOf({ path, headers, body, answer, ...span }: SessionExchange, requestId: string): Fingerprint {
  const { kind, sessionId, agentId, parentAgentId } = describeRequest({ body, headers, path });
  const isNamed = headers.some(([name]) => name === 'x-claude-code-session-id');
  const messages = Array.isArray(body['messages']) ? body['messages'] : [];
  const message = answer.startsWith('{') ? null : assembleMessage(new TextEncoder().encode(answer));
  return toFingerprint(
    {
      ...span,
      requestId,
      domain: 'harbour.example',
      kind,
      outcome: 'completed',
      sessionId,
      sessionSource: sessionId === null ? null : isNamed ? 'header' : 'metadata',
      agentId,
      parentAgentId,
      title: readTitle({ requestBody: body, message }),
    },
    {
      messages: normaliseMessages(messages.map((one) => normaliseMessage(one, digest))),
      answer: normaliseAnswer(message, { digest, isSummary: kind === 'compaction' }),
      digest,
    },
  );
}

/** Every turn with its branch, its parent and the call that launched it; names made of hashes without their hash. */
function toTurns(graph: Graph): string[] {
  return [...graph.values()]
    .filter(({ branch }) => branch !== null)
    .toSorted((a, b) => (a.requestId < b.requestId ? -1 : 1))
    .map(({ requestId, branch, relation, parentRequestId, launchedBy }) =>
      [
        requestId,
        branch?.replace(/^(branch|compact)_.*$/, '$1'),
        relation,
        parentRequestId ?? '-',
        launchedBy?.toolUseId ?? [],
      ]
        .flat()
        .join(' '),
    );
}

describe.each<SessionSignals>(['headers', 'metadata', 'none'])('a session of Claude Code, with %s', (signals) => {
  const fingerprints = readFingerprints(signals);
  const graph = buildGraph(fingerprints, RULES);

  test('is one conversation, with its agents, its compaction and its fork', () => {
    expect(toTurns(graph)).toEqual(TURNS);
    const turns = [...graph.values()].filter(({ branch }) => branch !== null);
    expect(new Set(turns.map(({ conversationId }) => conversationId)).size).toBe(1);
  });

  test('is linked alike whatever comes first, and never changes by being told twice', () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...fingerprints, ...fingerprints.slice(0, 3)], { minLength: fingerprints.length + 3 }),
        fc.boolean(),
        (arriving, isLean) => {
          const store = createMemoryStore({ rules: RULES, isLean });
          const seen = new Set<string>();
          for (const fingerprint of arriving) {
            if (!seen.has(fingerprint.requestId)) store.record(fingerprint);
            seen.add(fingerprint.requestId);
          }
          expect(new Map(store.links())).toEqual(new Map(graph));
        },
      ),
      { numRuns: 60 },
    );
  });
});
