import { expect, test } from 'bun:test';
import type { LiveEvent } from '@nexus/contract';
import { sampleInFlight } from '../sample-requests.ts';
import { type LiveConnectionState, watchLive } from './live-connection.ts';

const started: LiveEvent = { type: 'request-started', request: sampleInFlight() };

function toFeed(id: string): Response {
  return new Response(`: hello\n\nid: ${id}\nevent: request-started\ndata: ${JSON.stringify(started)}\n\n`);
}

/** Watches a gateway that gives `answers` one after the other, until the page is left. */
async function watch(answers: readonly (() => Response)[]) {
  const leave = new AbortController();
  const asked: (string | null)[] = [];
  const states: LiveConnectionState[] = [];
  const events: LiveEvent[] = [];
  await watchLive(
    {
      async fetch(_url, init) {
        asked.push(new Headers(init.headers).get('last-event-id'));
        const answer = answers[asked.length - 1];
        if (answer) return answer();
        leave.abort();
        throw new Error('the page was left');
      },
      onEvent: (event) => events.push(event),
      onState: (state) => states.push(state),
    },
    leave.signal,
  );
  return { asked, states, events };
}

test('a lost line is taken up again after the last event that was seen', async () => {
  const { asked, states, events } = await watch([() => toFeed('p1-7'), () => toFeed('p1-9')]);
  expect(asked).toEqual([null, 'p1-7', 'p1-9']);
  expect(events).toEqual([started, started]);
  expect(states).toEqual(['open', 'lost', 'open', 'lost']);
});

test('a gateway that does not know us any more is not asked again', async () => {
  const { asked, states } = await watch([() => new Response('', { status: 401 })]);
  expect(asked).toHaveLength(1);
  expect(states).toEqual(['locked']);
});
