import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildRecord, writeRecords } from '../records.ts';

const MINUTE_MS = 60_000;
const NOW_MS = Date.now();

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ env: { NEXUS_ROLLING_WINDOW_MINUTES: '90' }, override: { clock: () => NOW_MS } });
  await writeRecords(
    world,
    [1, 89, 91, 299].map((agoMinutes) =>
      buildRecord({ accountId: 'silent', startedAtMs: NOW_MS - agoMinutes * MINUTE_MS }, { responseHeaders: [] }),
    ),
  );
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('a window that is counted here is as long as the settings say, and tells it', async () => {
  const { windows } = await world.client.perform('window.list', {});
  expect(windows).toMatchObject([
    { accountId: 'silent', source: 'rolling', spanMs: 90 * MINUTE_MS, counted: { requestCount: 2 } },
  ]);
});

test('who asks for another length has that one', async () => {
  const { windows } = await world.client.perform('window.list', { rollingMinutes: 300 });
  expect(windows).toMatchObject([{ spanMs: 300 * MINUTE_MS, counted: { requestCount: 4 } }]);
});
