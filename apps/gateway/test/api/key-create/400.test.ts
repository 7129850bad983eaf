import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, DASHBOARD_KEY, readRefusal, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

function send(body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  return fetch(`${world.apiUrl}/api/keys`, {
    method: 'POST',
    body,
    headers: { 'x-dashboard-key': DASHBOARD_KEY, ...headers },
  });
}

describe('POST /api/keys refuses', () => {
  test.each([
    ['{}', { status: 400, code: 'field-invalid' }],
    ['{"name":""}', { status: 400, code: 'field-invalid' }],
    ['{"name":"x","domain":"https://a.example.com"}', { status: 400, code: 'field-invalid' }],
    ['{"name":"x","expiresAt":"2020-01-01T00:00:00Z"}', { status: 400, code: 'field-invalid' }],
    ['{"name":"x","admin":true}', { status: 400, code: 'field-invalid' }],
    ['{"name":', { status: 400, code: 'body-malformed' }],
    ['[]', { status: 400, code: 'body-malformed' }],
    ['', { status: 400, code: 'field-invalid' }],
    [JSON.stringify({ name: 'x'.repeat(1_100_000) }), { status: 413, code: 'body-too-large' }],
  ])('the body %#', async (body, refusal) => {
    expect(await readRefusal(await send(body))).toEqual(refusal);
  });

  test('a body that a form of another site could send', async () => {
    const answer = await send('{"name":"x"}', { 'content-type': 'text/plain' });

    expect(await readRefusal(answer)).toEqual({ status: 400, code: 'field-invalid' });
  });

  test('revoking a key that is not there', async () => {
    const answer = await fetch(`${world.apiUrl}/api/keys/${Bun.randomUUIDv7()}`, {
      method: 'DELETE',
      headers: { 'x-dashboard-key': DASHBOARD_KEY },
    });

    expect(await readRefusal(answer)).toEqual({ status: 404, code: 'key-absent' });
  });
});
