import { expect, test } from 'bun:test';
import { array, assert, domain as domains, ipV4, ipV6, oneof, property, string, stringMatching } from 'fast-check';
import { isBareHost, normaliseHost } from './normalise-host.ts';

test.each([
  ['Team.Example.COM', 'team.example.com'],
  ['team.example.com:8443', 'team.example.com'],
  ['team.example.com.', 'team.example.com'],
  ['team.example.com.:443', 'team.example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['XN--BCHER-KVA.example:80', 'xn--bcher-kva.example'],
  ['localhost:3000', 'localhost'],
  ['127.0.0.1:3000', '127.0.0.1'],
  ['[::1]:3000', '::1'],
  ['[2001:DB8::0:1]', '2001:db8::1'],
  ['::1', '::1'],
  ['my_host', 'my_host'],
])('%p is the domain %p', (header, domain) => {
  expect(normaliseHost(header)).toBe(domain);
});

test.each([
  null,
  '',
  ' ',
  '.',
  '..',
  '../../etc/passwd',
  'a/b',
  'a\\b',
  'user@host',
  'host?x',
  'host#x',
  '%2e%2e',
  'a..b',
  '-a.example',
  'a b',
  '[::1',
  'x'.repeat(300),
  `${'a'.repeat(64)}.example`,
])('%p is no host name', (header) => {
  expect(normaliseHost(header)).toBeNull();
});

test('whatever comes in, a domain is lower case and can be a file name of its own', () => {
  assert(
    property(oneof(string({ unit: 'binary' }), domains(), ipV4(), ipV6()), (header) => {
      const domain = normaliseHost(header);
      if (domain === null) return;
      expect(domain).toBe(domain.toLowerCase());
      expect(domain).toMatch(/^[a-z0-9._:-]+$/);
      expect(domain).not.toContain('..');
      expect(normaliseHost(domain)).toBe(domain);
    }),
  );
});

test('a name in its one spelling is what the URL parser makes of it', () => {
  const label = stringMatching(/^[a-z0-9_-]{1,8}$/);
  assert(
    property(array(oneof(label, domains()), { minLength: 1, maxLength: 4 }), (labels) => {
      const header = labels.join('.');
      const domain = normaliseHost(header);
      if (domain !== null) expect(domain).toBe(new URL(`http://${header}`).hostname);
    }),
    { numRuns: 2000 },
  );
});

test('addresses and names of this machine tell nothing of a domain', () => {
  for (const host of ['localhost', 'a.localhost', '127.0.0.1', '10.1.2.3', '::1']) expect(isBareHost(host)).toBe(true);
  for (const host of ['example.com', 'localhost.example']) expect(isBareHost(host)).toBe(false);
});
