import { expect, test } from 'bun:test';
import { createLogger } from './logger.ts';

function logTo(lines: string[], format: 'json' | 'plain') {
  return createLogger({
    level: 'info',
    format,
    write: (line) => lines.push(line),
    maskText: (line) => line.replaceAll(/sk-[a-z]+/g, 'sk-[masked]'),
  });
}

test('a line is one JSON object with time, level word, fields and message', () => {
  const lines: string[] = [];
  logTo(lines, 'json').child({ part: 'proxy' }).info({ status: 200 }, 'exchange');
  expect(lines).toHaveLength(1);
  const line: unknown = JSON.parse(lines[0] ?? '');
  expect(line).toEqual({ level: 'info', time: expect.any(String), part: 'proxy', status: 200, message: 'exchange' });
});

test('secrets are hidden by the name of the field and by their shape', () => {
  const lines: string[] = [];
  const log = logTo(lines, 'json');
  log.info({ apiKey: 'abc', authorization: 'def', refresh_token: 'ghi', note: 'was sk-secret' }, 'sk-other');
  const text = lines.join('');
  for (const secret of ['abc', 'def', 'ghi', 'sk-secret', 'sk-other']) expect(text).not.toContain(secret);
  expect(text).toContain('sk-[masked]');
});

test('lines below the level are not written', () => {
  const lines: string[] = [];
  logTo(lines, 'json').debug({}, 'quiet');
  expect(lines).toEqual([]);
});

test('the plain format reads as a sentence with its fields behind', () => {
  const lines: string[] = [];
  logTo(lines, 'plain').warn({ status: 529, path: '/v1/messages' }, 'exchange');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn {2}exchange status=529 path=\/v1\/messages\n$/);
});

test('an error under `error` is written with its message and stack', () => {
  const lines: string[] = [];
  logTo(lines, 'json').error({ error: new Error('broke') }, 'failed');
  expect(lines[0]).toContain('"message":"broke"');
  expect(lines[0]).toContain('"stack"');
});

test('an error brings its code and its causes, and nothing else it carries', () => {
  const lines: string[] = [];
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED', socket: {} });
  logTo(lines, 'json').error({ error: new Error('broke', { cause }) }, 'failed');
  const line: unknown = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ error: { message: 'broke', cause: { message: 'refused', code: 'ECONNREFUSED' } } });
  expect(lines[0]).not.toContain('socket');
});

test('what cannot be written as JSON does not cost the line', () => {
  const lines: string[] = [];
  const ring: Record<string, unknown> = {};
  ring['self'] = ring;
  logTo(lines, 'json').info({ ring, count: 7n, status: 200 }, 'odd');
  const line: unknown = JSON.parse(lines[0] ?? '');
  expect(line).toMatchObject({ ring: '[Object]', count: '7', status: 200, message: 'odd' });
});
