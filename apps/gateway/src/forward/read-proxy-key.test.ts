import { expect, test } from 'bun:test';
import { readProxyKeys } from './read-proxy-key.ts';

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

test.each([
  [basic('nexus:nx_live_a'), ['nx_live_a', 'nexus']],
  [basic('nx_live_a:'), ['nx_live_a']],
  [basic('nx_live_a'), ['nx_live_a']],
  [basic('nexus:with:colon'), ['with:colon', 'nexus']],
  ['bearer  nx_live_a', ['nx_live_a']],
  ['Bearer', []],
  ['Basic', []],
  ['Negotiate abc', []],
  ['', []],
  [null, []],
])('%p shows %p', (header, keys) => {
  expect(readProxyKeys(header)).toEqual([...keys]);
});
