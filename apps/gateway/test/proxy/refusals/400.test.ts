import { afterAll, expect, test } from 'bun:test';
import { connect } from 'node:net';
import type { ErrorCode } from '@nexus/contract';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { waitFor } from '../../support/wait-for.ts';
import { DASHBOARD_KEY, loadPage } from '../../metrics/load-page.ts';
import { findValue } from '../../metrics/read-page.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';

const gw = await startTestGateway();
afterAll(() => gw[Symbol.asyncDispose]());

test.each([
  ['{"model":1}', '`model`: must be a string'],
  ['{"model":"m","stream":"yes"}', '`stream`: must be true or false'],
])('of a field that is wrong, name and demand are told once: %s', async (body, message) => {
  const answer = await fetch(`${gw.url}/v1/messages`, { method: 'POST', body });
  expect(await answer.json()).toMatchObject({ error: { message } });
});

test.each<[string, string, ErrorCode]>([
  ['no body at all', '', 'body-missing'],
  ['a truncated object', '{"model":"x","messages":[{"role":"user"', 'body-malformed'],
  ['a list', '[1,2]', 'body-malformed'],
  ['text', 'hello', 'body-malformed'],
  ['a model that is a number', '{"model":1}', 'field-invalid'],
  ['a stream that is a text', '{"model":"m","stream":"yes"}', 'field-invalid'],
])('%s', async (_what, body, code) => {
  for (const path of ['/v1/messages', '/v1/messages/count_tokens']) {
    const answer = await fetch(gw.url + path, { method: 'POST', body });
    await expectRefusal(gw, answer, { status: 400, type: 'invalid_request_error', code });
  }
  expect(gw.fake.stats().received).toBe(0);
});

test('other routes take any body', async () => {
  const answer = await fetch(`${gw.url}/v1/anything`, { method: 'POST', body: 'hello' });
  expect(answer.headers.get('x-nexus-error')).toBeNull();
});

test('a host that is no host name', async () => {
  const answer = await fetch(`${gw.url}/v1/models`, { headers: { 'x-nexus-domain': '../../etc/passwd' } });
  await expectRefusal(gw, answer, { status: 400, type: 'invalid_request_error', code: 'host-missing' });
});

test.each([
  ['two content-lengths', 'content-length: 2\r\ncontent-length: 3\r\n'],
  ['content-length with transfer-encoding', 'content-length: 2\r\ntransfer-encoding: chunked\r\n'],
  ['a control character in a header', 'x-a: b\u0001c\r\n'],
  ['a space before the colon', 'x-a : b\r\n'],
])('%s never reaches Claude', async (_what, header) => {
  const receivedBefore = gw.fake.stats().received;
  const answer = await sendRaw(`POST /v1/messages HTTP/1.1\r\nhost: localhost\r\n${header}\r\n{}`);
  expect(answer).toStartWith('HTTP/1.1 400');
  expect(gw.fake.stats().received).toBe(receivedBefore);
});

test('a body that drips in for ever is given up when the exchange has had its time', async () => {
  await using hasty = await startTestGateway({ env: { CLAUDE_API_TIMEOUT: '200', PROXY_SERVER_TIMEOUT: '300' } });
  const socket = connect(Number(new URL(hasty.url).port), '127.0.0.1');
  socket.write('POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"model":');
  const dripping = setInterval(() => socket.write(' '), 20);
  const line = await waitFor('the record', () => hasty.ended().at(-1));
  expect(line).toMatchObject({ outcome: 'refused', status: 408, errorCode: 'body-unfinished' });
  clearInterval(dripping);
  socket.destroy();
});

test('a caller that leaves while it sends its body is recorded as gone', async () => {
  await using left = await startTestGateway({ env: { DASHBOARD_API_KEY: DASHBOARD_KEY } });
  const socket = connect(Number(new URL(left.url).port), '127.0.0.1');
  socket.write('POST /v1/messages HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{"model":');
  await waitFor('its exchange', async () => findValue(await loadPage(left), 'nexus_exchanges_in_flight') === 1);
  socket.destroy();
  const line = await waitFor('the record', () => left.ended().at(-1));
  expect(line).toMatchObject({ outcome: 'aborted', status: null });
});

function sendRaw(text: string): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = connect(Number(new URL(gw.url).port), '127.0.0.1', () => socket.write(text));
  socket.once('data', (bytes) => {
    resolve(bytes.toString());
    socket.destroy();
  });
  socket.once('close', () => resolve(''));
  return promise;
}
