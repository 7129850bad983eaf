import { expect, test } from 'bun:test';
import type { RequestSummary } from '@nexus/contract';
import { sampleInFlight, sampleRequest } from '../sample-requests.ts';
import { createLiveStore } from './live-store.ts';

const now = Date.parse('2026-11-20T18:00:00.000Z');

test('events are applied together, and everybody who listens is told once', async () => {
  const store = createLiveStore(() => now);
  const told = Promise.withResolvers<number>();
  let calls = 0;
  store.subscribe(() => {
    calls += 1;
    told.resolve(store.read().state.inFlight.length);
  });
  store.push({ type: 'request-started', request: sampleInFlight({ requestId: 'a' }) });
  store.push({ type: 'request-started', request: sampleInFlight({ requestId: 'b' }) });
  expect(await told.promise).toBe(2);
  expect(calls).toBe(1);
});

test('lists are told of what was recorded, until they stop listening', async () => {
  const store = createLiveStore(() => now);
  const first = Promise.withResolvers<readonly RequestSummary[]>();
  const seen: string[] = [];
  const stop = store.onRecorded((requests) => {
    seen.push(...requests.map((request) => request.requestId));
    first.resolve(requests);
  });
  store.push({ type: 'request-recorded', request: sampleRequest({ requestId: 'a' }) });
  await first.promise;
  stop();
  const again = Promise.withResolvers<void>();
  store.subscribe(() => again.resolve());
  store.push({ type: 'request-recorded', request: sampleRequest({ requestId: 'b' }) });
  await again.promise;
  expect(seen).toEqual(['a']);
});

test('a connection that stays as it is redraws nothing', () => {
  const store = createLiveStore(() => now);
  let calls = 0;
  store.subscribe(() => (calls += 1));
  store.setConnection('open');
  store.setConnection('open');
  expect(calls).toBe(1);
});

test('who shows keys or limits is told that somebody changed them, and that they may have been while we were away', async () => {
  const store = createLiveStore(() => now);
  const told: unknown[] = [];
  const hear = async (push: () => void) => {
    const heard = Promise.withResolvers<void>();
    const stop = store.onRules((changed) => {
      told.push(changed);
      heard.resolve();
    });
    push();
    await heard.promise;
    stop();
  };
  await hear(() => store.push({ type: 'keys-changed' }));
  await hear(() => store.push({ type: 'limits-changed' }));
  await hear(() => store.push({ type: 'gap', inFlight: [] }));
  expect(told).toEqual([
    { keys: true, limits: false },
    { keys: false, limits: true },
    { keys: true, limits: true },
  ]);
});
