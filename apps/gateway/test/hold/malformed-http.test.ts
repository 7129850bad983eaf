import { afterAll, beforeAll, expect, test } from 'bun:test';
import { type RawConnection, connectRaw, toRawRequest } from '@nexus/testkit';
import { createRecordedWorld, type RecordedWorld } from './recorded-world.ts';

/* What breaks the rules of HTTP at PORT: it is told what is wrong, and nothing of it may reach Claude or harm anybody else. */

const boundMs = 60_000;
let world: RecordedWorld;

beforeAll(async () => {
  world = await createRecordedWorld();
}, boundMs);

afterAll(async () => {
  await world.close();
});

const standing = [
  ['host', 'localhost'],
  ['x-api-key', 'sk-ant-test'],
  ['anthropic-version', '2023-06-01'],
] as const;
const lines = standing.map(([name, value]) => `${name}: ${value}\r\n`).join('');
const twoLengths = `POST /v1/messages?bad=1 HTTP/1.1\r\n${lines}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`;
const malformed = ['GARBAGE\r\n\r\n', twoLengths, `GET /?bad=1 HTTP/1.1\r\n${lines}x-odd: a\u0000b\r\n\r\n`] as const;

function good(query: string, model = 'fake-text'): Buffer {
  const body = JSON.stringify({ model, max_tokens: 9, messages: [{ role: 'user', content: 'Hello.' }] });
  return toRawRequest(`/v1/messages${query}`, body, standing);
}

/** What a connection gave until it was closed, or until `isEnough`. */
async function untilClosed(connection: RawConnection, isEnough = (_text: string) => false): Promise<string> {
  const deadline = performance.now() + boundMs;
  let isClosed = false;
  void connection.closed.then(() => (isClosed = true));
  for (;;) {
    const text = connection.received().toString('latin1');
    if (isClosed || isEnough(text)) return text;
    if (performance.now() > deadline) throw new Error(`still open after: ${text}`);
    await Bun.sleep(5);
  }
}

async function ask(bytes: Uint8Array, isEnough?: (text: string) => boolean): Promise<string> {
  const connection = await connectRaw(world.gateway.proxyUrl);
  await connection.write(bytes);
  const text = await untilClosed(connection, isEnough);
  connection.leave('rst');
  return text;
}

/* First of all: ten a second are recorded, and the thousand below take them. */
test.each(['FOO', 'get', 'BREW-COFFEE'])('the method %s is told, and recorded', async (method) => {
  const answer = await ask(Buffer.from(`${method} /v1/models?bad=${method} HTTP/1.1\r\n${lines}\r\n`));
  expect(answer).toStartWith('HTTP/1.1 400');
  expect(answer).toContain('Its method is none of HTTP');
  const rows = await world.recordedByQuery((byQuery) => byQuery.has(`?bad=${method}`));
  expect(rows.get(`?bad=${method}`)).toMatchObject({ outcome: 'refused', status: 400, errorCode: 'http-malformed' });
});

test(
  'a thousand at once are refused and closed, a good request beside them passes, and Claude hears of that one alone',
  async () => {
    const [passed, ...refused] = await Promise.all([
      ask(good('?good=beside'), (text) => text.includes('"type":"message"')),
      ...Array.from({ length: 1_000 }, (_, index) => ask(Buffer.from(malformed[index % 3] ?? '', 'latin1'))),
    ]);
    expect(passed).toStartWith('HTTP/1.1 200');
    expect(new Set(refused.map((text) => text.slice(0, 12)))).toEqual(new Set(['HTTP/1.1 400']));
    for (const text of refused) expect(text).toContain('"type":"invalid_request_error"');
    expect(world.fake.requests.map(({ target }) => target)).toEqual(['/v1/messages?good=beside']);
  },
  boundMs,
);

test(
  'one behind a good request on the same connection changes nothing of the answer before it',
  async () => {
    const connection = await connectRaw(world.gateway.proxyUrl);
    await connection.write(good('?good=first'));
    const first = await untilClosed(connection, (text) => /"type":"message".*\}$/s.test(text));
    await connection.write(Buffer.from(twoLengths));
    const whole = await untilClosed(connection);
    expect(whole.slice(0, first.length)).toBe(first);
    expect(whole.slice(first.length)).toStartWith('HTTP/1.1 400');
    expect(whole.slice(first.length)).toContain('It has more than one `content-length`');
    expect(world.fake.requests.filter(({ target }) => target.includes('bad'))).toEqual([]);
  },
  boundMs,
);

test(
  'of two requests at once on one connection, whatever comes belongs to the first',
  async () => {
    const slow = good('?good=slow', 'fake-headers-after-150');
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const connection = await connectRaw(world.gateway.proxyUrl);
        await connection.write(Buffer.concat([slow, good('?good=behind')]));
        if (index % 2 === 1) connection.leave('rst');
        return untilClosed(connection, (text) => text.includes('"type":"message"'));
      }),
    );
    for (const answer of answers) expect(answer.split('HTTP/1.1 ').length - 1).toBeLessThanOrEqual(1);
    // And the program lives: mixing two answers on one connection is what would have ended it.
    const after = await ask(good('?good=after'), (text) => text.includes('"type":"message"'));
    expect(after).toStartWith('HTTP/1.1 200');
  },
  boundMs,
);

test.concurrent.each([
  ['half a head', `GET / HTTP/1.1\r\nhost: a`, /^HTTP\/1\.1 408 .*"type":"invalid_request_error"/s],
  ['nothing', '', /^$/],
])(
  '%s and then silence: the connection is closed, and whoever said something hears why',
  async (_what, text, answer) => {
    expect(await ask(Buffer.from(text))).toMatch(answer);
  },
  boundMs,
);
