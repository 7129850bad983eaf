import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';
import { buildRecord, writeRecords } from '../records.ts';

const record = buildRecord();

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, [record]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('of forty pages opened at once some are told to come later, the others are right, and then all is well', async () => {
  const url = `${world.apiUrl}/api/requests/${record.facts.requestId}`;
  const answers = await Promise.all(Array.from({ length: 40 }, () => fetch(url, withKey)));
  const statuses = answers.map(({ status }) => status);
  const bodies = await Promise.all(answers.filter(({ ok }) => ok).map((answer) => answer.text()));

  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(16);
  expect(new Set(bodies).size).toBe(1);
  expect((await fetch(url, withKey)).status).toBe(200);
});
