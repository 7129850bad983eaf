import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type TestGateway, startTestGateway } from '../support/start-test-gateway.ts';
import { askBehind, askRaw, toAbsoluteRequest } from './ask-proxy.ts';

let gw: TestGateway;

beforeAll(async () => {
  gw = await startTestGateway({ env: { FORWARD_PROXY_PORT: '0' } });
});

afterAll(async () => {
  await gw[Symbol.asyncDispose]();
});

const HEAD = 'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: sk-ant-api03-planted-secret\r\n';

const MALFORMED: readonly { what: string; text: string; says: RegExp; status?: number }[] = [
  { what: 'two lengths', text: `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, says: /more than one/ },
  {
    what: 'a length beside chunks',
    text: `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    says: /leave one out/,
  },
  { what: 'a zero byte in a header', text: `${HEAD}X-Odd: a\u0000b\r\nContent-Length: 2\r\n\r\n{}`, says: /`X-Odd`/ },
  { what: 'a header name with a space', text: `${HEAD}X odd: a\r\nContent-Length: 2\r\n\r\n{}`, says: /Line 4/ },
  { what: 'no HTTP at all', text: 'GARBAGE\r\n\r\n', says: /does not begin with a line/ },
  { what: 'TLS', text: '\u0016\u0003\u0001\u0002\u0000', says: /http:\/\// },
  { what: 'too long an address', text: `GET /${'a'.repeat(20_000)}`, says: /16 KB/, status: 431 },
  { what: 'too long a header', text: `${HEAD}X-Long: ${'a'.repeat(20_000)}\r\n\r\n`, says: /16 KB/, status: 431 },
  { what: 'too many headers', text: `${HEAD}${'X-Many: a\r\n'.repeat(250)}\r\n`, says: /200 headers/, status: 431 },
];

test.each(MALFORMED)(
  '$what: Anthropic’s shape, a sentence about it, a record, and nothing reaches Claude',
  async (bad) => {
    const { text, says, status = 400 } = bad;
    const answer = await askRaw(gw.forwardUrl, text);
    expect(answer.status).toBe(status);
    expect(answer.head).toMatch(/^connection: close\r?$/im);
    const requestId = /^request-id: (\S+)/im.exec(answer.head)?.[1] ?? null;
    expect(JSON.parse(answer.body)).toEqual({
      type: 'error',
      error: { type: 'invalid_request_error', message: expect.stringMatching(says) },
      request_id: requestId,
    });
    const errorCode = status === 431 ? 'head-too-large' : 'http-malformed';
    expect(await gw.exchange(requestId)).toMatchObject({ outcome: 'refused', status, errorCode });
    expect(gw.fake.requests).toEqual([]);
    expect(gw.logText()).not.toContain('planted-secret');
  },
);

test('behind a good request on the same connection it is told as well', async () => {
  const good = toAbsoluteRequest('/v1/messages', { headers: { Host: 'localhost' } });
  const second = await askBehind(gw.forwardUrl, good, MALFORMED[0]?.text ?? '');
  expect(second).toStartWith('HTTP/1.1 400 ');
  expect(second).toContain('It has more than one `content-length`');
});

test('three hundred of them at once are all answered, ten a second are recorded, and a good request passes', async () => {
  const before = countLines();
  const answers = await Promise.all(Array.from({ length: 300 }, () => askRaw(gw.forwardUrl, 'GARBAGE\r\n\r\n')));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([400]));
  expect(countLines() - before).toBeLessThan(200);
  const good = await askRaw(gw.forwardUrl, toAbsoluteRequest(`${gw.fake.url}/v1/messages`));
  expect(good.status).toBe(200);
});

function countLines(): number {
  return gw.logText().split('"errorCode":"http-malformed"').length - 1;
}
