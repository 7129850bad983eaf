import { afterAll, expect, test } from 'bun:test';
import { startTestGateway } from '../support/start-test-gateway.ts';

/* People who open PORT in a browser; everybody else who asks for its root is a client of Claude. */

const gw = await startTestGateway();
afterAll(() => gw[Symbol.asyncDispose]());

const { port, host } = new URL(gw.url);
const dashboardPort = new URL(gw.dashboardUrl).port;
const VISIT = { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none', accept: 'text/html,*/*;q=0.8' };

function open(headers: Readonly<Record<string, string>>, method = 'GET'): Promise<Response> {
  return fetch(`${gw.url}/`, { method, headers });
}

test.each([
  ['a browser on this machine', VISIT],
  ['a browser that names no mode', { accept: 'text/html' }],
])('%s is shown the way to the dashboard, and Claude hears nothing of it', async (_what, headers) => {
  const before = gw.fake.stats().received;
  const answer = await open(headers);
  const page = await answer.text();
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  expect(page).toContain(`<a href="http://127.0.0.1:${dashboardPort}/">`);
  expect(page).toContain(`export ANTHROPIC_BASE_URL=http://${host}<`);
  expect(gw.fake.stats().received).toBe(before);
});

test('under another name the link keeps that name', async () => {
  const page = await (await open({ ...VISIT, host: `nexus.lan:${port}` })).text();
  expect(page).toContain(`<a href="http://nexus.lan:${dashboardPort}/">`);
});

test.each(['nexus.example.com', '"><script>:1', `"><script>:${port}`, `a b:${port}`])(
  'where nothing can be told of addresses, it names the port alone: %s',
  async (name) => {
    const page = await (await open({ ...VISIT, host: name })).text();
    expect(page).toContain(`on port ${dashboardPort} of its machine`);
    expect(page).not.toContain('<script>');
  },
);

test.each([
  ['a probe', 'HEAD', {}],
  ['a program', 'GET', { accept: '*/*' }],
  ['a program with a key', 'GET', { accept: 'text/html', 'x-api-key': 'sk-ant-api03-mine' }],
  ['a script of a page', 'GET', { 'sec-fetch-mode': 'cors', 'sec-fetch-site': 'same-origin', accept: 'text/html' }],
])('%s passes to Claude', async (_what, method, headers) => {
  const before = gw.fake.stats().received;
  expect((await open(headers, method)).headers.get('content-security-policy')).toBeNull();
  expect(gw.fake.stats().received).toBe(before + 1);
});
