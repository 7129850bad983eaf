import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld, withKey } from '../api-world.ts';
import { buildRecord, REQUEST_BODY, writeRecords } from '../records.ts';

const PAGE = new TextEncoder().encode('<script>alert(document.cookie)</script>');
const record = buildRecord(
  {},
  {
    responseHeaders: [
      ['content-type', 'text/html; charset=utf-8'],
      ['content-encoding', 'identity'],
    ],
    responseBody: PAGE,
  },
);

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld();
  await writeRecords(world, [record]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

describe('GET /api/requests/:id/raw', () => {
  test('gives the exact bytes of the request, and of the answer when asked', async () => {
    const { requestId } = record.facts;
    const request = await world.client.perform('request.raw', { requestId });
    const response = await world.client.perform('request.raw', { requestId, part: 'response' });

    expect(request).toEqual({ bytes: REQUEST_BODY, mediaType: 'application/json', contentEncoding: null });
    expect(response).toEqual({ bytes: PAGE, mediaType: 'text/html; charset=utf-8', contentEncoding: 'identity' });
  });

  test('a recorded page cannot run as a page of ours', async () => {
    const { headers } = await fetch(
      `${world.apiUrl}/api/requests/${record.facts.requestId}/raw?part=response`,
      withKey,
    );

    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe('attachment');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toBe("sandbox; default-src 'none'");
    expect(headers.get('content-encoding')).toBeNull();
  });
});
