import { afterAll, expect, test } from 'bun:test';
import { createServer } from 'node:net';
import { startTestGateway } from '../support/start-test-gateway.ts';

const BODY = 'event: ping\ndata: {"type":"ping"}\n\n'.repeat(40);
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n';

/**
 * Complete answers whose last bytes come together with the end of the connection, by the three ways of framing them. Each
 * says that it closes: a connection that ends without having said so may have been given to the next request already.
 */
const FRAMINGS: Readonly<Record<string, string>> = {
  'by a declared length': `${HEAD}content-length: ${BODY.length}\r\nconnection: close\r\n\r\n${BODY}`,
  'in chunks': `${HEAD}transfer-encoding: chunked\r\nconnection: close\r\n\r\n${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\n`,
  'by the end of the connection': `${HEAD}connection: close\r\n\r\n${BODY}`,
};

/** Answers the request for `/v1/<number>` by that framing, at once and whole. */
const upstream = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (head) => {
    const index = Number(/^\w+ \/v1\/(\d+)/.exec(head.toString('latin1'))?.[1]);
    socket.end(Object.values(FRAMINGS)[index] ?? '');
  });
});
const listening = Promise.withResolvers<undefined>();
upstream.listen(0, '127.0.0.1', () => listening.resolve(undefined));
await listening.promise;
const address = upstream.address();
if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
const gw = await startTestGateway({ env: { CLAUDE_API_BASE_URL: `http://127.0.0.1:${address.port}` } });
afterAll(async () => {
  await gw[Symbol.asyncDispose]();
  upstream.close();
});

test.each(Object.keys(FRAMINGS).map((framing, index) => [framing, index] as const))(
  'an answer that ends %s and with its connection loses nothing',
  async (_, index) => {
    for (let round = 0; round < 10; round += 1) {
      const answers = Array.from({ length: 20 }, () => gw.send('claude', { path: `/v1/${index}` }));
      const texts = await Promise.all(answers.map(async (answer) => (await answer).text()));
      expect(texts.filter((text) => text !== BODY)).toEqual([]);
    }
  },
  30_000,
);
