import { expect, test } from 'bun:test';
import { createAnswerObserver } from '@nexus/anthropic';
import { array, assert, nat, property } from 'fast-check';
import { createAnswerEvents } from '../recorder/test/exchange-record.ts';
import { createExchange } from './exchange.ts';
import { type AnswerWatcher, observe } from './observe.ts';

test('however a stream is cut, it is seen whole, and its content begins with the piece that brings it', () => {
  const events = createAnswerEvents();
  assert(
    property(array(nat(events.byteLength), { maxLength: 12 }), (cuts) => {
      const watcher = watch({ 'content-type': 'text/event-stream' });
      const eager = createAnswerObserver({ stream: true });
      for (const piece of cutAt(events, cuts)) {
        watcher.push(piece, () => {});
        eager.push(piece);
        expect(watcher.hasBegun()).toBe(eager.state().firstContentSeen);
      }
      eager.end();
      expect(watcher.last(true)).toEqual(eager.state());
    }),
  );
});

test('a piece that is given away once it passed has been read before', () => {
  const watcher = watch({ 'content-type': 'text/event-stream' });
  const delta = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'x'.repeat(70_000) } };
  const large = new TextEncoder().encode(`event: content_block_delta\ndata: ${JSON.stringify(delta)}\n\n`);
  watcher.push(createAnswerEvents(), () => {});
  watcher.push(large, () => {});
  structuredClone(0, { transfer: [large.buffer] });
  expect(watcher.last(true)?.contentBytes).toBeGreaterThanOrEqual(70_000);
});

test('what nobody asks for is left to the recorder', () => {
  for (const [type, body] of [
    ['text/event-stream', createAnswerEvents()],
    ['application/json', new TextEncoder().encode('{"type":"message","usage":{"output_tokens":3}}')],
  ] as const) {
    const watcher = watch({ 'content-type': type, 'content-length': `${body.byteLength}` });
    watcher.push(body, () => {});
    expect(watcher.last(false)).toBeNull();
    expect(watcher.last(true)).toMatchObject({ ended: true });
  }
});

function watch(headers: Record<string, string>): AnswerWatcher {
  const request = new Request('http://localhost/v1/messages', { method: 'POST', body: '{}' });
  const exchange = createExchange({
    requestId: 'id',
    startedAtMs: 0,
    request,
    hangUp: () => {},
    monotonicMs: () => 0,
  });
  const response = new Response('', { headers });
  return observe(exchange, { phase: 'forwarded', response, reader: null }).watcher;
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.byteLength];
  return borders.slice(1).map((end, index) => bytes.slice(borders[index], end));
}
