import { expect, test } from 'bun:test';
import { toDomainName } from './to-domain-name.ts';

test.each([
  ['Team.Example.COM', 'team.example.com'],
  ['team.example.com.', 'team.example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['default', 'default'],
  ['team.example.com:3000', null],
  ['https://team.example.com', null],
  ['a b', null],
  ['../etc', null],
  ['', null],
])('%p as a domain is %p', (text, domain) => {
  expect(toDomainName(text)).toBe(domain);
});
