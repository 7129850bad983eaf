import { expect, test } from 'bun:test';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { type EventStream, type PieceReader, holdHead } from './hold-head.ts';

const START =
  'event: message_start\ndata: {"type":"message_start","message":{"id":"msg_1","role":"assistant","usage":{}}}\n\n';
const PING = 'event: ping\ndata: {"type":"ping"}\n\n';
const BLOCK =
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n';
const DELTA =
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"日本"}}\n\n';
const ERROR = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n';
const STOP = 'event: message_stop\ndata: {"type":"message_stop"}\n\n';

/** A stream of these pieces; `ending` leaves it open, closes it, or breaks it. */
function toStream(
  pieces: readonly Uint8Array[],
  ending: 'open' | 'closed' | 'broken',
  headers: Readonly<Record<string, string>> = {},
): EventStream {
  const rest = [...pieces];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = rest.shift();
      if (piece !== undefined) controller.enqueue(piece);
      else if (ending === 'closed') controller.close();
      else if (ending === 'broken') controller.error(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
      else return new Promise<void>(() => {});
      return undefined;
    },
  });
  return { headers: new Headers(headers), body };
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const borders = [...new Set(at.map((share) => share % (bytes.length + 1)))].toSorted((one, other) => one - other);
  const ends = [...borders, bytes.length];
  return ends
    .map((end, index) => bytes.slice(index === 0 ? 0 : ends[index - 1], end))
    .filter(({ length }) => length > 0);
}

/** What comes until the end, or until `bytesMax` where the stream stays open. */
async function readAll(reader: PieceReader, bytesMax = Infinity): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  while (bytes < bytesMax) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    bytes += value.byteLength;
  }
  return Buffer.concat(pieces);
}

const encode = (text: string): Buffer => Buffer.from(text);

test('however a stream is cut, its head is judged alike and all of its bytes are given, in order', async () => {
  const kinds = fc.constantFrom(
    { text: START + PING + BLOCK + DELTA + STOP, kind: 'begun' },
    { text: START + PING + ERROR, kind: 'error' },
    { text: ERROR, kind: 'error' },
    { text: START + BLOCK + ERROR, kind: 'begun' },
    { text: START + PING, kind: 'broke' },
    { text: START + STOP, kind: 'begun' },
    { text: '', kind: 'broke' },
  );
  await fc.assert(
    fc.asyncProperty(kinds, fc.array(fc.nat()), fc.boolean(), async ({ text, kind }, at, isEncoded) => {
      const bytes = isEncoded ? gzipSync(text) : encode(text);
      const headers: Readonly<Record<string, string>> = isEncoded ? { 'content-encoding': 'gzip' } : {};
      const held = await holdHead(toStream(cut(bytes, at), 'closed', headers));
      expect(held.kind).toBe(kind);
      expect((await readAll(held.reader)).equals(bytes)).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('the first content is handed on as soon as it is there, though the stream stays open', async () => {
  const pieces = [START, PING, BLOCK].map(encode);
  const held = await holdHead(toStream(pieces, 'open'));
  expect(held.kind).toBe('begun');
  const all = START + PING + BLOCK;
  expect((await readAll(held.reader, all.length)).toString()).toBe(all);
});

test('encoded content is handed on as soon as it could be decoded, though the stream stays open', async () => {
  const bytes = gzipSync(START + BLOCK + DELTA);
  const held = await holdHead(toStream([bytes], 'open', { 'content-encoding': 'gzip' }));
  expect(held.kind).toBe('begun');
  expect((await readAll(held.reader, bytes.length)).equals(bytes)).toBe(true);
});

test('an error of the connection is told, and given again to whoever reads on', async () => {
  const held = await holdHead(toStream([encode(START)], 'broken'));
  expect(held).toMatchObject({ kind: 'broke', because: 'ECONNRESET' });
  expect((await held.reader.read()).value?.length).toBe(START.length);
  expect(held.reader.read()).rejects.toThrow('reset');
});

test('what sends more than 16 KB without content is no longer held', async () => {
  const padding = encode(': padding\n\n'.repeat(2_000));
  const held = await holdHead(toStream([padding], 'open'));
  expect(held.kind).toBe('begun');
  expect((await readAll(held.reader, padding.length)).length).toBe(padding.length);
});

test('what says that it is encoded and is not, is passed and not judged', async () => {
  const text = START + BLOCK;
  const held = await holdHead(toStream([encode(text)], 'closed', { 'content-encoding': 'br' }));
  expect(held.kind).toBe('begun');
  expect((await readAll(held.reader)).toString()).toBe(text);
});
