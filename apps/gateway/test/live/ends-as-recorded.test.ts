import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type LiveEvent, readLiveFeed } from '@nexus/contract';
import { until } from '@nexus/testkit';
import { createRecordedWorld, type RecordedWorld } from '../hold/recorded-world.ts';

const boundMs = 60_000;
const waitMs = 30_000;
let world: RecordedWorld;

beforeAll(async () => {
  world = await createRecordedWorld({ ANTHROPIC_API_KEY: 'sk-ant-test-key' });
}, boundMs);

afterAll(() => world.close(), boundMs);

describe('the end of an exchange tells watchers what its record will hold', () => {
  test(
    'of a stream that its caller left: no count falls, and the estimate keeps its mark',
    async () => {
      const { events, leave } = await watch();
      const caller = new AbortController();
      const requestId = await send('fake-stream-5000-5', caller.signal);
      const ticked = () => ofType(events, requestId, 'request-progress').filter(({ outputTokens }) => outputTokens > 9);
      await until('its tokens tick', () => (ticked().length > 0 ? true : null), waitMs);
      caller.abort();

      const end = await until('its end', () => ofType(events, requestId, 'request-ended')[0], waitMs);
      const row = await recorded(requestId);
      leave();

      expect(end).toMatchObject({ outcome: 'aborted', usageEstimated: true, usage: row.usage });
      expect(row.usageEstimated).toBe(true);
      const counts = ofType(events, requestId, 'request-progress').map(({ outputTokens }) => outputTokens);
      counts.push(end.usage?.outputTokens ?? -1);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
    },
    boundMs,
  );

  test(
    'of a stream that came to its end: Claude’s own count, without a mark',
    async () => {
      const { events, leave } = await watch();
      const requestId = await send('fake-text');

      const end = await until('its end', () => ofType(events, requestId, 'request-ended')[0], waitMs);
      const row = await recorded(requestId);
      leave();

      expect(row.usage?.outputTokens).toBeGreaterThan(0);
      expect(end).toMatchObject({ outcome: 'completed', usageEstimated: false, usage: row.usage });
    },
    boundMs,
  );
});

async function watch() {
  const { dashboardUrl, dashboardKey } = world.gateway;
  const watching = new AbortController();
  const events: LiveEvent[] = [];
  const feed = await fetch(`${dashboardUrl}/sse`, {
    headers: { 'x-dashboard-key': dashboardKey },
    signal: watching.signal,
  });
  void (async () => {
    if (feed.body !== null) for await (const { event } of readLiveFeed(feed.body)) events.push(event);
  })().catch(() => {});
  await until('the feed to open', () => (events.length > 0 ? true : null), waitMs);
  return { events, leave: () => watching.abort() };
}

/** Reads the answer as it comes, until its end or until the caller leaves; gives the id of the request at once. */
async function send(model: string, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(`${world.gateway.proxyUrl}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01' },
    body: JSON.stringify({ model, max_tokens: 1_024, stream: true, messages: [{ role: 'user', content: 'Go on.' }] }),
    ...(signal === undefined ? {} : { signal }),
  });
  void answer.text().catch(() => {});
  return answer.headers.get('x-nexus-request-id') ?? 'no id';
}

const recorded = (requestId: string) =>
  until('its record', async () => (await world.rows()).find((row) => row.requestId === requestId), waitMs);

function ofType<T extends LiveEvent['type']>(events: readonly LiveEvent[], requestId: string, type: T) {
  return events.filter(
    (event): event is Extract<LiveEvent, { type: T; requestId: string }> =>
      event.type === type && 'requestId' in event && event.requestId === requestId,
  );
}
