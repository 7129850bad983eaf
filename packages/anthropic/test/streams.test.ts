import { describe, expect, test } from 'bun:test';
import { createAnswerObserver, type AnswerState } from '../src/index.ts';
import { createMessageAssembler } from '../src/stream/assemble-message.ts';
import { listFixtures, readJsonFixture } from './fixtures.ts';

interface Reading {
  readonly message: unknown;
  readonly answer: AnswerState;
}

/** What both readers make of a stream that comes in `pieces`. */
function readPieces(pieces: readonly Uint8Array[]): Reading {
  const assembler = createMessageAssembler();
  const observer = createAnswerObserver({ stream: true });
  for (const piece of pieces) {
    assembler.push(piece);
    observer.push(piece);
  }
  observer.end();
  return { message: assembler.finish(), answer: observer.state() };
}

function toCrlf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes].flatMap((byte) => (byte === 0x0a ? [0x0d, 0x0a] : [byte])));
}

const streams = listFixtures('streams', '.sse');

test('every stream has its expectation', () => {
  expect(streams.length).toBeGreaterThan(20);
});

describe.each(streams)('stream $name', ({ name, bytes }) => {
  const expected = readJsonFixture(`streams/${name}.expected.json`);
  const whole = JSON.stringify(readPieces([bytes]));

  test('gives the message and the facts that were written down for it', () => {
    expect(JSON.parse(whole)).toEqual(expected);
  });

  test('gives the same when cut in two at every byte offset', () => {
    for (let at = 0; at <= bytes.length; at++) {
      const cut = JSON.stringify(readPieces([bytes.subarray(0, at), bytes.subarray(at)]));
      if (cut !== whole) throw new Error(`cut at ${at} reads otherwise: ${cut}`);
    }
  });

  test('gives the same in pieces of one, two, three and seven bytes', () => {
    for (const size of [1, 2, 3, 7]) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.slice(at * size, (at + 1) * size),
      );
      expect(JSON.stringify(readPieces(pieces))).toBe(whole);
    }
  });

  test('gives the same with CRLF, cut at every byte offset', () => {
    if (bytes.includes(0x0d)) return;
    const crlf = toCrlf(bytes);
    for (let at = 0; at <= crlf.length; at++) {
      const cut = JSON.stringify(readPieces([crlf.subarray(0, at), crlf.subarray(at)]));
      if (cut !== whole) throw new Error(`cut at ${at} reads otherwise: ${cut}`);
    }
  });

  test('can break off at every byte: never throws, and ends only with its last event', () => {
    for (let at = 0; at < bytes.length; at++) {
      const { answer, message } = readPieces([bytes.subarray(0, at)]);
      if (answer.ended) continue;
      expect(message).toHaveProperty('incomplete', true);
    }
  });
});

test('pieces may be overwritten after they were pushed', () => {
  const { bytes } = streams.find(({ name }) => name === 'tools-interleaved') ?? { bytes: new Uint8Array() };
  const observer = createAnswerObserver({ stream: true });
  for (let at = 0; at < bytes.length; at += 50) {
    const piece = bytes.slice(at, at + 50);
    observer.push(piece);
    piece.fill(0);
  }
  expect(observer.state().toolNames).toEqual(['Read', 'Grep', 'Read']);
  expect(observer.state().ended).toBe(true);
});
