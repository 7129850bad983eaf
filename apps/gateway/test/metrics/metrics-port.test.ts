import { expect, test } from 'bun:test';
import { startTestGateway } from '../support/start-test-gateway.ts';

const TOKEN = 'a-token-for-scrapers-only';

async function statusOf(url: string, headers: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(url, { headers });
  await answer.text();
  return answer.status;
}

test('METRICS_PORT answers the metrics and nothing else of the program', async () => {
  await using gw = await startTestGateway({ env: { METRICS_PORT: '0' } });
  const answer = await fetch(`${gw.metricsUrl}/metrics`);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('nexus_build_info{');
  for (const path of ['/', '/api/requests', '/v1/messages', '/healthz', '/metrics/more']) {
    expect(await statusOf(gw.metricsUrl + path)).toBe(404);
  }
  const posted = await fetch(`${gw.metricsUrl}/metrics`, { method: 'POST' });
  expect(posted.status).toBe(405);
});

test('the token of the metrics opens them on both ports, and nothing else anywhere', async () => {
  await using gw = await startTestGateway({ env: { METRICS_PORT: '0', NEXUS_METRICS_TOKEN: TOKEN } });
  const right = { authorization: `Bearer ${TOKEN}` };
  expect(await statusOf(`${gw.metricsUrl}/metrics`)).toBe(401);
  expect(await statusOf(`${gw.metricsUrl}/metrics`, { authorization: `Bearer ${TOKEN}x` })).toBe(401);
  expect(await statusOf(`${gw.metricsUrl}/metrics`, right)).toBe(200);
  expect(await statusOf(`${gw.url}/metrics`, right)).toBe(200);
  expect(await statusOf(`${gw.url}/metrics`)).toBe(401);
  expect(await statusOf(`${gw.url}/api/keys`, right)).toBe(401);
});

test('without METRICS_PORT there is no third port, and the page is locked', async () => {
  await using gw = await startTestGateway();
  expect(gw.metricsUrl).toBe('');
  expect(await statusOf(`${gw.url}/metrics`)).toBe(401);
});

test.each([
  ['nothing', {}, 'sign-in-required'],
  ['a token that is none', { authorization: 'Bearer something-else' }, 'key-unknown'],
])('a scraper that brings %s is told how to bring the token', async (_what, headers, code) => {
  await using gw = await startTestGateway({ env: { METRICS_PORT: '0', NEXUS_METRICS_TOKEN: TOKEN } });
  const locked = await fetch(`${gw.url}/metrics`, { headers });
  const words = expect.stringMatching(/NEXUS_METRICS_TOKEN .* Authorization: Bearer.*credentials/);
  expect(await locked.json()).toMatchObject({ error: { code, message: words } });
  expect(await (await fetch(`${gw.metricsUrl}/metrics`, { headers })).text()).toEqual(words);
});
