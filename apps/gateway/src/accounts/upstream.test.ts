import { expect, test } from 'bun:test';
import { createSilentLogger } from '@nexus/telemetry';
import { toUpstreamUrl } from './upstream.ts';
import { type UpstreamBookOptions, createUpstreamBook } from './upstream-book.ts';

function openBook(options: Partial<UpstreamBookOptions> = {}) {
  return createUpstreamBook({
    baseUrl: 'https://api.anthropic.com',
    connectTimeoutMs: 1_000,
    monotonicMs: () => 0,
    probing: false,
    privateAllowed: true,
    resolve: async () => [],
    clock: () => 0,
    log: createSilentLogger(),
    ...options,
  });
}

const NONE = { paths: {}, setHeaders: {}, removeHeaders: [], withoutBetas: [] };

test.each([
  ['/v1/messages', 'https://llm.example.com/claude/messages'],
  ['/v1', 'https://llm.example.com/claude'],
  ['/v1/models/claude-opus-5', 'https://llm.example.com/catalogue/claude-opus-5'],
  ['/v10/messages', 'https://llm.example.com/v10/messages'],
  ['/api/hello', 'https://llm.example.com/api/hello'],
])('%s is asked for as %s', (path, url) => {
  const upstream = {
    ...NONE,
    baseUrl: 'https://llm.example.com',
    paths: { '/v1': '/claude', '/v1/models/': '/catalogue/' },
  };
  expect(toUpstreamUrl(openBook().of({ upstream, path: '/etc/a.credentials.json' }), path, '?beta=true')).toBe(
    `${url}?beta=true`,
  );
});

test('accounts with the same upstream share its health, others do not', () => {
  const book = openBook();
  const one = book.of({ upstream: { ...NONE, baseUrl: 'https://a.example.com' }, path: '/etc/a.credentials.json' });
  expect(book.of({ upstream: { ...NONE, baseUrl: 'https://a.example.com' }, path: '/etc/b.credentials.json' })).toBe(
    one,
  );
  expect(
    book.of({ upstream: { ...NONE, baseUrl: 'https://b.example.com' }, path: '/etc/a.credentials.json' }),
  ).not.toBe(one);
  expect(book.of({ upstream: null, path: '' })).toBe(book.common);
});

test('a certificate that cannot be read is an error of that account', () => {
  const upstream = { ...NONE, caFile: 'nowhere.pem' };
  expect(() => openBook().of({ upstream, path: '/etc/a.credentials.json' })).toThrow('nowhere.pem');
});

test('a public name that leads to a private address is closed as soon as that is known', async () => {
  const asked: string[] = [];
  const resolve = async (hostname: string): Promise<string[]> => {
    asked.push(hostname);
    return hostname === 'inside.example.com' ? ['93.184.216.34', '10.0.0.8'] : ['93.184.216.34'];
  };
  const book = openBook({ privateAllowed: false, resolve });
  const [inside, outside] = ['inside', 'outside'].map((name) =>
    book.of({ upstream: { ...NONE, baseUrl: `https://${name}.example.com` }, path: '/etc/a.credentials.json' }),
  );
  await Promise.resolve();
  await Promise.resolve();
  expect(asked).toEqual(['inside.example.com', 'outside.example.com']);
  expect([inside?.state.health.kind, outside?.state.health.kind]).toEqual(['disabled', 'healthy']);
});
