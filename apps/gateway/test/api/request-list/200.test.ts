import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import type { OperationArguments } from '@nexus/contract';
import type { RequestFacts } from '@nexus/core';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildFacts, buildRecord, RECENT_MS, writeRecords } from '../records.ts';

let world: ApiWorld;
const rows: readonly RequestFacts[] = [
  buildFacts({ startedAtMs: RECENT_MS, domain: 'a.example.com' }),
  buildFacts({ startedAtMs: RECENT_MS + 1000, domain: 'b.example.com', model: 'claude-haiku-4-5' }),
  buildFacts({ startedAtMs: RECENT_MS + 2000, status: 429, outcome: 'upstream-error', errorType: 'rate_limit_error' }),
  buildFacts({ startedAtMs: RECENT_MS + 3000, status: 529, outcome: 'upstream-error', kind: 'auxiliary' }),
  buildFacts({
    startedAtMs: RECENT_MS + 4000,
    status: 404,
    outcome: 'refused',
    errorCode: 'domain-unknown',
    model: null,
  }),
  buildFacts({ startedAtMs: RECENT_MS + 5000, status: null, outcome: 'aborted', usage: null, kind: 'count-tokens' }),
  buildFacts({ startedAtMs: RECENT_MS + 6000, status: 200, outcome: 'cut', usageEstimated: true }),
];

beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(
    world,
    rows.map((facts) => ({ ...buildRecord(), facts })),
  );
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

/** Which of `rows` an answer holds, in its order. */
async function listIndexes(input: OperationArguments<'request.list'>): Promise<readonly number[]> {
  const { requests } = await world.client.perform('request.list', input);
  return requests.map(({ requestId }) => rows.findIndex((row) => row.requestId === requestId));
}

const at = (index: number) => new Date(RECENT_MS + index * 1000).toISOString();

describe('GET /api/requests', () => {
  test('gives every fact of a request, newest first', async () => {
    const { requests, nextCursor } = await world.client.perform('request.list', {});
    const { startedAtMs, ...facts } = rows[0] ?? buildFacts();

    expect(nextCursor).toBeNull();
    expect(requests).toHaveLength(rows.length);
    expect(requests.at(-1)).toEqual({
      ...facts,
      conversationId: expect.any(String),
      startedAt: new Date(startedAtMs).toISOString(),
      branch: 'main',
      relation: 'root',
      parentRequestId: null,
      linkSource: 'none',
      linkBecause: expect.any(String),
    });
  });

  test.each<[OperationArguments<'request.list'>, readonly number[]]>([
    [{ domain: 'b.example.com' }, [1]],
    [{ domain: 'nobody.example.com' }, []],
    [{ model: 'claude-haiku-4-5' }, [1]],
    [{ kind: 'auxiliary' }, [3]],
    [{ kind: 'count-tokens' }, [5]],
    [{ status: '200' }, [6, 1, 0]],
    [{ status: '429' }, [2]],
    [{ status: '4xx' }, [4, 2]],
    [{ status: '5xx' }, [3]],
    [{ status: 'ok' }, [1, 0]],
    [{ status: 'error' }, [6, 4, 3, 2]],
    [{ from: at(5) }, [6, 5]],
    [{ to: at(2) }, [1, 0]],
    [{ from: at(1), to: at(3) }, [2, 1]],
    [{ from: at(1).replace('Z', '+00:00'), to: at(2) }, [1]],
    [{ domain: 'team.example.com', status: 'error', kind: 'inference', from: at(3) }, [6, 4]],
  ])('filters by %j', async (input, indexes) => {
    expect(await listIndexes(input)).toEqual(indexes);
  });

  test('pages through equal instants without losing or repeating one', async () => {
    const crowded = await startApiWorld();
    const crowd = Array.from({ length: 57 }, (_, index) =>
      buildRecord({ startedAtMs: RECENT_MS + (index % 2), conversationId: Bun.randomUUIDv7() }),
    );
    await writeRecords(crowded, crowd);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 20; page += 1) {
      const answer = await crowded.client.perform('request.list', { limit: 10, cursor });
      seen.push(...answer.requests.map(({ requestId }) => requestId));
      if (answer.nextCursor === null) break;
      cursor = answer.nextCursor;
    }
    await crowded.stop();
    const wanted = crowd
      .map(({ facts }) => facts)
      .toSorted((a, b) => b.startedAtMs - a.startedAtMs || (a.requestId < b.requestId ? 1 : -1));

    expect(seen).toEqual(wanted.map(({ requestId }) => requestId));
  });

  test('a page that ends with the last row says that there is no more', async () => {
    const answer = await world.client.perform('request.list', { limit: rows.length });

    expect(answer.nextCursor).toBeNull();
  });
});
