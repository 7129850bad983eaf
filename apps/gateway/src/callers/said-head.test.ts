import { expect, test } from 'bun:test';
import { HEAD_BYTES_MAX, type SaidHead, addSaid } from './said-head.ts';

const HEAD = 'POST / HTTP/1.1\r\nhost: a\r\n\r\n';

function say(...pieces: readonly string[]): SaidHead | null {
  return pieces.reduce<SaidHead | null>((said, piece) => addSaid(said, Buffer.from(piece, 'latin1')), null);
}

function toText(said: SaidHead | null): string {
  return Buffer.from(said?.bytes ?? []).toString('latin1');
}

test('a head is kept wherever it is cut, and nothing of the body', () => {
  for (let cut = 1; cut < HEAD.length; cut += 1) {
    const said = say(HEAD.slice(0, cut), `${HEAD.slice(cut)}the body`, ' and more of it');
    expect([toText(said), said?.isWhole]).toEqual([HEAD, true]);
  }
});

test('half a head is not whole', () => {
  const said = say('GET / HTTP/1.1\r\n', 'host');
  expect([toText(said), said?.isWhole]).toEqual(['GET / HTTP/1.1\r\nhost', false]);
});

test('a head without end is kept up to its bound', () => {
  const said = say('x'.repeat(HEAD_BYTES_MAX - 1), 'yz');
  expect([said?.bytes.byteLength, said?.isWhole]).toEqual([HEAD_BYTES_MAX, true]);
});
