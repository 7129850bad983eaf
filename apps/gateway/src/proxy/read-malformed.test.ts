import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { readMalformed } from './read-malformed.ts';

const HOST = 'Host: localhost\r\n';

function read(text: string) {
  return readMalformed(Buffer.from(text, 'latin1'));
}

describe('what is wrong is said in one sentence', () => {
  test.each([
    ['TLS', '\u0016\u0003\u0001\u0002', 'It is TLS'],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'It is HTTP/2'],
    ['no request line', 'GARBAGE\r\n\r\n', 'does not begin with a line'],
    ['nothing', '', 'does not begin with a line'],
    ['a method that nobody knows', `FOO / HTTP/1.1\r\n${HOST}\r\n`, 'Its method is none of HTTP'],
    ['a method in small letters', `get / HTTP/1.1\r\n${HOST}\r\n`, 'methods are written in capitals'],
    ['an address with a space', `GET /a b HTTP/1.1\r\n${HOST}\r\n`, 'Its address'],
    ['an address with a control character', `GET /a\u0001 HTTP/1.1\r\n${HOST}\r\n`, 'Its address'],
    ['another version', `GET / HTTP/3.1\r\n${HOST}\r\n`, 'does not end with HTTP/1.1'],
    ['a control character in a header', `GET / HTTP/1.1\r\n${HOST}X-Odd: a\u0000b\r\n\r\n`, '`X-Odd` has a control'],
    ['a line feed alone', `GET / HTTP/1.1\r\n${HOST}X-Odd: a\nb: c\r\n\r\n`, '`X-Odd` has a control'],
    ['a header name with a space', `GET / HTTP/1.1\r\n${HOST}X odd: a\r\n\r\n`, 'Line 3 of its head'],
    ['a space before the colon', `GET / HTTP/1.1\r\n${HOST}X-Odd : a\r\n\r\n`, 'Line 3 of its head'],
    ['a folded header', `GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n`, 'Line 3 of its head'],
    [
      'two lengths',
      `POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      'more than one `content-length`',
    ],
    ['a length that is none', `POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n`, 'no number of bytes'],
    [
      'length and coding',
      'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
      'leave one out',
    ],
    [
      'a length that no number holds',
      `POST / HTTP/1.1\r\n${HOST}Content-Length: ${'9'.repeat(23)}\r\n\r\n`,
      'no number of bytes',
    ],
    ['no host', 'GET / HTTP/1.1\r\nAccept: */*\r\n\r\n', 'It has no `host` header'],
    ['the address of a whole server', `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`, 'Its address does not begin with `/`'],
    ['an address without its slash', `GET v1/models HTTP/1.1\r\n${HOST}\r\n`, 'Its address does not begin with `/`'],
    ['another scheme', `GET ftp://a/b HTTP/1.1\r\n${HOST}\r\n`, 'Its address does not begin with `/`'],
    ['an unfinished head, whose host may yet come', 'GET / HTTP/1.1\r\nAccept: a', 'breaks the rules'],
    ['another coding', `POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n`, 'not `chunked`'],
    ['whatever else', `GET / HTTP/1.1\r\n${HOST}\r\n`, 'breaks the rules'],
  ])('%s', (_what, text, problem) => {
    expect(read(text).problem).toContain(problem);
  });
});

test('what is well formed of it is told, and nothing of what is not', () => {
  const { method, target, headers } = read(
    'POST http://api.anthropic.com/v1/messages?beta=true HTTP/1.1\r\nHost: a\r\nX odd: sk-ant-1\r\nX-Fine: b\r\n\r\nbody',
  );
  expect({ method, target, headers: [...headers] }).toEqual({
    method: 'POST',
    target: '/v1/messages?beta=true',
    headers: [
      ['host', 'a'],
      ['x-fine', 'b'],
    ],
  });
});

test('whatever came, the target is a path of plain characters within its bound, and no header is more than was sent', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, isHttp) => {
      const start = isHttp ? Buffer.from('GET /v1 HTTP/1.1\r\nA: ') : Buffer.alloc(0);
      const { method, target, headers, problem } = readMalformed(Buffer.concat([start, bytes]));
      expect(method).toMatch(/^[A-Z]{1,32}$/);
      expect(target).toMatch(/^\/[\x21-\x7e]{0,2047}$/);
      expect([...headers].join('').length).toBeLessThanOrEqual(start.length + bytes.length);
      expect(problem).toEndWith('.');
    }),
  );
});
