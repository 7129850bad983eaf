import { expect, test } from 'bun:test';
import { type CredentialFile, parseCredentialFile } from './credential-file.ts';
import { createDomainIndex } from './domain-index.ts';

function toFile(name: string): CredentialFile {
  const parsed = parseCredentialFile(JSON.stringify({ type: 'api_key', api_key: `key-of-${name}`, accountId: name }), {
    name,
    path: `/credentials/${name}.credentials.json`,
  });
  if (!parsed.ok) throw new Error(parsed.because);
  return parsed.file;
}

function createIndex(names: readonly string[], defaultDomain: string | null) {
  const files = new Map(names.map((name) => [name, toFile(name)]));
  const folder = {
    find: (name: string) => files.get(name) ?? null,
    names: () => names,
    refresh: async () => {},
    close: () => {},
  };
  const index = createDomainIndex(folder, defaultDomain);
  return (host: string) => {
    const served = index.find(host);
    return served === null
      ? null
      : `${served.domain} ${served.source} ${served.accounts[0]?.id ?? '-'}${served.isDefault ? ' default' : ''}`;
  };
}

const FILES = ['a.example.com', '_wildcard.example.com', '_wildcard.team.example.com', 'default'];

test.each([
  ['a.example.com', 'a.example.com file a.example.com'],
  ['b.example.com', 'b.example.com wildcard _wildcard.example.com'],
  ['x.team.example.com', 'x.team.example.com wildcard _wildcard.team.example.com'],
  ['team.example.com', 'team.example.com wildcard _wildcard.example.com'],
  ['example.com', 'default file default default'],
  ['other.org', 'default file default default'],
  ['localhost', 'default file default default'],
  ['127.0.0.1', 'default file default default'],
])('%s is served as %s', (host, served) => {
  expect(createIndex(FILES, 'default')(host)).toBe(served);
});

test('without a file the default domain is served without a stored credential', () => {
  expect(createIndex([], 'default')('anything.example')).toBe('default default - default');
});

test('without a default domain only hosts with a file are served', () => {
  const find = createIndex(['a.example.com', '_wildcard.example.com'], null);
  expect(find('a.example.com')).toBe('a.example.com file a.example.com');
  expect(find('other.org')).toBeNull();
  expect(find('localhost')).toBeNull();
});

test('a wildcard never reaches a bare top-level name', () => {
  expect(createIndex(['_wildcard.com'], null)('example.com')).toBeNull();
});

test('no host reaches a wildcard file by its name', () => {
  expect(createIndex(['_wildcard.example.com'], null)('_wildcard.example.com')).not.toContain(' file ');
});
