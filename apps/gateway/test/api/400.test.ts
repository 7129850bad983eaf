import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld, withKey } from './api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ database: false });
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

async function readError(path: string): Promise<unknown> {
  const answer = await fetch(world.apiUrl + path, withKey);
  expect(answer.status).toBe(400);
  return answer.json();
}

test('every field that is wrong is named for programs, too', async () => {
  expect(await readError('/v1/analytics/tools?limit=0&start_date=yesterday&colour=red')).toEqual({
    error: {
      code: 'field-invalid',
      message: 'start_date: must be a day such as 2027-01-31; limit: must be at least 1; there is no field colour',
      requestId: expect.any(String),
      status: 400,
      type: 'invalid_request_error',
      param: 'start_date',
      details: [
        { field: 'start_date', reason: 'must be a day such as 2027-01-31' },
        { field: 'limit', reason: 'must be at least 1' },
        { field: 'colour', reason: 'there is no field colour' },
      ],
    },
  });
});

test('a field that is given twice is named alike', async () => {
  expect(await readError('/v1/analytics/usage?tz=UTC&tz=UTC')).toMatchObject({
    error: { param: 'tz', details: [{ field: 'tz', reason: 'is given twice' }] },
  });
});

test('what is wrong with no field names none', async () => {
  const answer = await fetch(`${world.apiUrl}/v1/analytics/usage`);
  expect(await answer.json()).toMatchObject({
    error: { code: 'sign-in-required', status: 401, type: 'authentication_error', param: null, details: [] },
  });
});
