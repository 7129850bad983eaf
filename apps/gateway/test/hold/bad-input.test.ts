import { afterAll, beforeAll, expect, test } from 'bun:test';
import { connectRaw, toRawRequest, until } from '@nexus/testkit';
import { createRecordedWorld, type RecordedWorld } from './recorded-world.ts';

const boundMs = 60_000;
let world: RecordedWorld;

beforeAll(async () => {
  world = await createRecordedWorld();
}, boundMs);

afterAll(async () => {
  await world.close();
});

interface BadInput {
  readonly what: string;
  readonly raw: () => Buffer;
  readonly status: number;
  readonly code: string;
}

const host = ['host', 'localhost'] as const;
const standing = [host, ['x-api-key', 'sk-ant-test'], ['anthropic-version', '2023-06-01']] as const;
const good = JSON.stringify({ model: 'fake-text', max_tokens: 9, messages: [{ role: 'user', content: 'Hello.' }] });

/** Requests that no HTTP client would send, or that only broken ones do; each on a connection of its own. */
const inputs: readonly BadInput[] = [
  { what: 'no body', raw: () => request(''), status: 400, code: 'body-missing' },
  { what: 'truncated JSON', raw: () => request(good.slice(0, -20)), status: 400, code: 'body-malformed' },
  { what: 'a list instead of an object', raw: () => request(`[${good}]`), status: 400, code: 'body-malformed' },
  { what: 'bytes that are no text', raw: () => request('\u0000\u0001\u0002{}'), status: 400, code: 'body-malformed' },
  { what: 'something behind the object', raw: () => request(`${good}{}`), status: 400, code: 'body-malformed' },
  { what: 'a model that is a number', raw: () => request('{"model":5}'), status: 400, code: 'field-invalid' },
  { what: 'a stream flag that is text', raw: () => request('{"stream":"yes"}'), status: 400, code: 'field-invalid' },
  {
    what: 'a declared length above the bound',
    raw: () => Buffer.from(`POST /v1/messages HTTP/1.1\r\n${lines(standing)}content-length: 41943040\r\n\r\n{`),
    status: 413,
    code: 'body-too-large',
  },
];

for (const { what, raw, status, code } of inputs) {
  test.concurrent(
    `${what} gets ${status} ${code} in Claude’s shape, and is on record`,
    async () => {
      const query = `?bad=${encodeURIComponent(what)}`;
      const answer = await exchange(mark(raw(), query));
      expect([answer.status, answer.headers.get('x-nexus-error')]).toEqual([status, code]);
      expect(answer.headers.get('x-should-retry')).toBe('false');
      const requestId = answer.headers.get('request-id');
      expect(JSON.parse(answer.body)).toEqual({
        type: 'error',
        error: { type: expect.any(String), message: expect.stringMatching(/\w+/) },
        request_id: requestId,
      });
      const rows = await world.recordedByQuery((byQuery) => byQuery.has(query));
      expect(rows.get(query)).toMatchObject({ requestId, outcome: 'refused', status, errorCode: code });
    },
    boundMs,
  );
}

test(
  'a host that is not served here gets 404 where no default domain is allowed',
  async () => {
    const strict = await createRecordedWorld({ NEXUS_DEFAULT_DOMAIN: '' });
    const headers = [['host', 'nobody.example.com'], ...standing.slice(1)] as const;
    const answer = await exchange(toRawRequest('/v1/messages?bad=domain', good, headers), strict);
    expect([answer.status, answer.headers.get('x-nexus-error')]).toEqual([404, 'domain-unknown']);
    const rows = await strict.recordedByQuery((byQuery) => byQuery.has('?bad=domain'));
    expect(rows.get('?bad=domain')).toMatchObject({ outcome: 'refused', status: 404, errorCode: 'domain-unknown' });
    await strict.close();
  },
  boundMs,
);

test(
  '40 MB really sent get 413, and the gateway keeps none of them',
  async () => {
    const huge = JSON.stringify({ model: 'fake-text', max_tokens: 9, messages: ['x'.repeat(40 * 1024 * 1024)] });
    const answer = await exchange(mark(toRawRequest('/v1/messages', huge, standing), '?bad=huge'));
    expect([answer.status, answer.headers.get('x-nexus-error')]).toEqual([413, 'body-too-large']);
  },
  boundMs,
);

test(
  '40 MB in chunks, without a declared length, get 413 too',
  async () => {
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x10_00_00, 'x'), Buffer.from('\r\n')]);
    const head = `POST /v1/messages?bad=chunks HTTP/1.1\r\n${lines(standing)}transfer-encoding: chunked\r\n\r\n`;
    const chunks = Array.from({ length: 40 }, () => chunk);
    const answer = await exchange(Buffer.concat([Buffer.from(head), ...chunks, Buffer.from('0\r\n\r\n')]));
    expect([answer.status, answer.headers.get('x-nexus-error')]).toEqual([413, 'body-too-large']);
  },
  boundMs,
);

const unparsable: readonly { what: string; text: string }[] = [
  { what: 'two content-lengths', text: `${lines(standing)}content-length: 2\r\ncontent-length: 3\r\n\r\n{}` },
  {
    what: 'content-length beside chunked',
    text: `${lines(standing)}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n`,
  },
  { what: 'a header with a zero byte', text: `${lines(standing)}x-odd: a\u0000b\r\ncontent-length: 2\r\n\r\n{}` },
  { what: 'a header name with a space', text: `${lines(standing)}x odd: a\r\ncontent-length: 2\r\n\r\n{}` },
  { what: 'no HTTP at all', text: 'GARBAGE\r\n\r\n' },
];

for (const { what, text } of unparsable) {
  test(
    `${what}: gets 400 and never reaches Claude`,
    async () => {
      const before = world.fake.requests.length;
      const head = what === 'no HTTP at all' ? '' : 'POST /v1/messages HTTP/1.1\r\n';
      const connection = await connectRaw(world.gateway.proxyUrl);
      await connection.write(Buffer.from(head + text, 'latin1'));
      const begin = () => connection.received().toString('latin1').slice(0, 12);
      await Promise.race([connection.closed, until('an answer', () => begin().length === 12 || null)]);
      expect(begin()).toBe('HTTP/1.1 400');
      expect(world.fake.requests.length).toBe(before);
      connection.leave('rst');
    },
    boundMs,
  );
}

test(
  'after all of that a good request passes',
  async () => {
    const answer = await exchange(toRawRequest('/v1/messages?good=1', good, standing));
    expect(answer.status).toBe(200);
    await world.recordedByQuery((byQuery) => byQuery.get('?good=1')?.outcome === 'completed');
  },
  boundMs,
);

function request(body: string): Buffer {
  return toRawRequest('/v1/messages', body, standing);
}

function mark(raw: Buffer, query: string): Buffer {
  const target = Buffer.from('/v1/messages ');
  const at = raw.indexOf(target) + target.length - 1;
  return Buffer.concat([raw.subarray(0, at), Buffer.from(query), raw.subarray(at)]);
}

function lines(headers: readonly (readonly [string, string])[]): string {
  return headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

/** Sends raw bytes and reads one answer with a declared length. */
async function exchange(raw: Buffer, where = world): Promise<{ status: number; headers: Headers; body: string }> {
  const connection = await connectRaw(where.gateway.proxyUrl);
  void connection.write(raw);
  const deadline = performance.now() + 20_000;
  for (;;) {
    const answer = parseAnswer(connection.received().toString('utf8'));
    if (answer !== null) {
      connection.leave('rst');
      return answer;
    }
    if (performance.now() > deadline) throw new Error(`no answer: ${connection.received().toString('latin1')}`);
    await Bun.sleep(5);
  }
}

function parseAnswer(text: string): { status: number; headers: Headers; body: string } | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const [first = '', ...rest] = text.slice(0, end).split('\r\n');
  const headers = new Headers(
    rest.map((line): [string, string] => [line.split(': ')[0] ?? '', line.slice(line.indexOf(': ') + 2)]),
  );
  const body = text.slice(end + 4);
  const declared = Number(headers.get('content-length'));
  return Buffer.byteLength(body) < declared ? null : { status: Number(first.split(' ')[1]), headers, body };
}
