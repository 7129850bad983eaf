import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type Abort, ABORT_POINTS, countConnections, runAbortStorm, until } from '@nexus/testkit';
import { createRecordedWorld, type RecordedWorld } from './recorded-world.ts';

// The long form, with 5,000 callers, is bench/aborts.ts.
const callers = 400;
const boundMs = 60_000;
const secondMs = 1000;
let world: RecordedWorld;

beforeAll(async () => {
  world = await createRecordedWorld();
}, boundMs);

afterAll(async () => {
  await world.close();
});

test(
  'callers that leave at every phase free everything within a second, and each leaves a record',
  async () => {
    const { gateway, fake } = world;
    const aborts = await runAbortStorm({
      url: gateway.proxyUrl,
      count: callers,
      concurrency: 40,
      seed: 20_261_120,
      name: 'hold',
    });
    expect(new Set(aborts.map((abort) => abort.point))).toEqual(new Set(ABORT_POINTS));

    await until('the upstream has no answer in flight', () => (fake.stats().inFlight === 0 ? true : null), secondMs);
    await until(
      'the gateway has no exchange in flight',
      async () => ((await world.metric('nexus_exchanges_in_flight')) === 0 ? true : null),
      secondMs,
    );
    await until(
      'the connections of callers are closed on both sides',
      () => (countConnections(gateway.proxyUrl) === 0 ? true : null),
      secondMs,
    );

    const rows = await world.recordedByQuery((byQuery) =>
      listExpected(aborts).every((abort) => byQuery.has(abort.query)),
    );
    for (const abort of aborts) {
      const row = rows.get(abort.query);
      if (row === undefined) continue;
      if (abort.point === 'after-refusal') expect(row).toMatchObject({ outcome: 'refused', status: 400 });
      else expect([abort.point, row.outcome]).toEqual([abort.point, expect.stringMatching(/^(aborted|completed)$/)]);
      // With a stop reason the final usage was there: the caller left between that event and the last.
      if (row.outcome === 'aborted' && row.firstTokenMs !== null && row.stopReason === null) {
        expect(row).toMatchObject({ usageEstimated: true, usage: { outputTokens: expect.any(Number) } });
      }
    }
    const inStream = aborts.filter((abort) => abort.point === 'in-stream').map((abort) => rows.get(abort.query));
    expect(inStream.some((row) => row?.outcome === 'aborted' && row.usageEstimated)).toBe(true);
  },
  boundMs,
);

/**
 * Those that the gateway must have seen. A reset may overtake the request itself in the kernel, so of callers that left
 * with RST only those count whose request got through to the fake or that saw bytes of an answer.
 */
function listExpected(aborts: readonly Abort[]): readonly Abort[] {
  const seen = new Set(world.fake.requests.map((request) => new URL(request.target, 'http://fake').search));
  return aborts.filter((abort) => abort.how === 'fin' || abort.receivedBytes > 0 || seen.has(abort.query));
}
