import { expect, test } from 'bun:test';
import { isPrivateAddress, isPrivateHost } from './private-address.ts';

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.100.100.200',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::1',
  '::',
  '[::1]',
  'fe80::1%eth0',
  'fd00:ec2::254',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '::127.0.0.1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
])('%s is private', (address) => {
  expect(isPrivateAddress(address)).toBe(true);
});

test.each([
  '8.8.8.8',
  '160.79.104.10',
  '172.32.0.1',
  '100.128.0.1',
  '2607:6bc0::10',
  '::ffff:8.8.8.8',
  '[2606:4700::1]',
])('%s is public', (address) => {
  expect(isPrivateAddress(address)).toBe(false);
});

test('names that never leave a machine or its network are private, others are not told by their name', () => {
  for (const name of ['localhost', 'LOCALHOST.', 'a.localhost', 'metadata.google.internal', 'nas.local', 'box.lan']) {
    expect(isPrivateHost(name)).toBe(true);
  }
  for (const name of ['api.anthropic.com', 'internal.example.com', 'localhost.example.com']) {
    expect(isPrivateHost(name)).toBe(false);
  }
});

test('however an address is written in a URL, its host is told', () => {
  for (const url of [
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://127.1/',
    'http://[0:0:0:0:0:ffff:7f00:1]/',
  ]) {
    expect([url, isPrivateHost(new URL(url).hostname)]).toEqual([url, true]);
  }
});
