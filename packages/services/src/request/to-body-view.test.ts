import { describe, expect, test } from 'bun:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { toBodyView } from './to-body-view.ts';

const json = { greeting: 'grüß dich 🙂', numbers: [1, 2, 3] };
const plain = new TextEncoder().encode(JSON.stringify(json));

const EVENTS = [
  'event: message_start\ndata: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"c","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}}\n\n',
  'event: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}\n\n',
  'event: content_block_stop\ndata: {"type":"content_block_stop","index":0}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":5}}\n\n',
  'event: message_stop\ndata: {"type":"message_stop"}\n\n',
].join('');

function view(bytes: Uint8Array, encoding: string | null, mediaType = 'application/json') {
  return toBodyView({ bytes, sha256: 'f'.repeat(64), encoding, mediaType });
}

describe('a body as the request page shows it', () => {
  test.each([
    ['nothing', null, plain],
    ['identity', 'identity', plain],
    ['gzip', 'gzip', gzipSync(plain)],
    ['deflate', 'deflate', deflateSync(plain)],
    ['deflate without its wrapper', 'deflate', deflateRawSync(plain)],
    ['br', 'br', brotliCompressSync(plain)],
    ['zstd', 'zstd', zstdCompressSync(plain)],
    ['two encodings, outer one last', 'gzip, br', brotliCompressSync(gzipSync(plain))],
  ])('encoded by %s is read as JSON, and its size is that on the wire', (...row) => {
    const [, encoding, bytes] = row;

    expect(view(bytes, encoding)).toEqual({
      bytes: bytes.length,
      encoding,
      mediaType: 'application/json',
      sha256: 'f'.repeat(64),
      json,
    });
  });

  test.each([
    ['gzip', gzipSync(EVENTS)],
    ['br', brotliCompressSync(EVENTS)],
    ['zstd', zstdCompressSync(EVENTS)],
  ])('a stream in %s becomes its message, with the events as text', (encoding, bytes) => {
    const body = view(bytes, encoding, 'text/event-stream; charset=utf-8');

    expect(body.json).toMatchObject({ content: [{ type: 'text', text: 'Hello' }], stop_reason: 'end_turn' });
    expect(body.text).toBe(EVENTS);
  });

  test.each([
    ['gzip', gzipSync(EVENTS.repeat(20))],
    ['br', brotliCompressSync(EVENTS.repeat(20))],
  ])('a cut answer in %s shows what came', (encoding, bytes) => {
    const body = view(bytes.subarray(0, bytes.length - 8), encoding, 'text/event-stream');

    expect(body.text).toStartWith('event: message_start');
  });

  test('what is no JSON is text, cut at a million characters', () => {
    const text = 'ä'.repeat(1_100_000);
    const body = view(new TextEncoder().encode(text), null, 'text/plain');

    expect(body.text).toBe(text.slice(0, 1_048_576));
    expect('json' in body).toBe(false);
  });

  test.each([
    ['bytes that are no text', new Uint8Array([0, 159, 146, 150]), null],
    ['an encoding nobody knows', plain, 'rot13'],
    ['bytes that are not in their encoding', plain, 'gzip'],
    ['an empty body', new Uint8Array(), null],
  ])('%s are shown by their facts alone', (_name, bytes, encoding) => {
    expect(Object.keys(view(bytes, encoding)).toSorted()).toEqual(['bytes', 'encoding', 'mediaType', 'sha256']);
  });
});
