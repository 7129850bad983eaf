import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, readRefusal, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';

const logged: string[] = [];
const log = { info() {}, warn() {}, error: (_: unknown, words: string) => void logged.push(words) };

let off: ApiWorld;
let starting: ApiWorld;
beforeAll(async () => {
  off = await startApiWorld({ database: false, env: { STORAGE_ENABLED: 'false' }, override: { log } });
  starting = await startApiWorld({ database: false });
}, SET_UP_MS_MAX);
afterAll(() => Promise.all([off.stop(), starting.stop()]));

const PATHS = ['/api/usage', '/api/stats', '/api/limits', '/v1/analytics/usage', '/api/budgets', '/api/requests'];

test.each(PATHS)('%s says that storage is switched off, and not that anything waits for the database', async (path) => {
  const answer = await fetch(off.apiUrl + path, withKey);
  expect(answer.headers.get('retry-after')).toBeNull();
  expect(await answer.clone().text()).toContain('Storage is switched off');
  expect(await readRefusal(answer)).toEqual({ status: 503, code: 'storage-off' });
  // It is what the operator wants.
  expect(logged).toEqual([]);
});

test.each(PATHS)('%s asks to wait while the database starts', async (path) => {
  const answer = await fetch(starting.apiUrl + path, withKey);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(await readRefusal(answer)).toEqual({ status: 503, code: 'storage-unavailable' });
});
