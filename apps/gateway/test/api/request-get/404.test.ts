import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, readRefusal, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';
import { buildRecord, writeRecords } from '../records.ts';

const bodiless = buildRecord({ payload: 'none' }, { requestBody: null, responseBody: null, responseTimings: [] });

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, [bodiless]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

async function refuse(path: string) {
  return readRefusal(await fetch(`${world.apiUrl}/api/requests/${path}`, withKey));
}

describe('a request that is not there', () => {
  test('is told by its code, in every form of the address', async () => {
    const unknown = { status: 404, code: 'request-unknown' };

    expect(await refuse(Bun.randomUUIDv7())).toEqual(unknown);
    expect(await refuse(crypto.randomUUID())).toEqual(unknown);
    expect(await refuse(`${Bun.randomUUIDv7()}/raw`)).toEqual(unknown);
  });

  test('is no server error when its id is no id', async () => {
    expect(await refuse('42')).toEqual({ status: 400, code: 'field-invalid' });
    expect(await refuse("1';select")).toEqual({ status: 400, code: 'field-invalid' });
  });

  test('a body that was not kept has a code of its own', async () => {
    expect(await refuse(`${bodiless.facts.requestId}/raw?part=response`)).toEqual({ status: 404, code: 'body-absent' });
  });
});
