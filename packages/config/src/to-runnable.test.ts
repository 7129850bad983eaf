import { expect, test } from 'bun:test';
import { toRunnable } from './to-runnable.ts';

const FETCHED = '/home/ada/.npm/_npx/8666902f26f2dc1a/node_modules/bun/bin/bun.exe';
const NPX = `npx -y bun@${Bun.version}`;

test.each([
  ['bun start --port 8080', `${NPX} start --port 8080`],
  ['make one with `bun run nexus key create <name>`', `make one with \`${NPX} run nexus key create <name>\``],
  ['KEY=$(bun run --silent nexus key create ci)', `KEY=$(${NPX} run --silent nexus key create ci)`],
  ['Run `bun run start`, which builds it', `Run \`${NPX} run start\`, which builds it`],
  ['bun start, else bun run nexus sign-in', `${NPX} start, else ${NPX} run nexus sign-in`],
  ['npx -y bun@1.4.5 start', 'npx -y bun@1.4.5 start'],
  ['This is bun 1.4.5', 'This is bun 1.4.5'],
  ['/data/bun start', '/data/bun start'],
])('where npm fetched Bun, its commands begin with npx: %s', (text, shown) => {
  expect(toRunnable(text, FETCHED)).toBe(shown);
});

test('where Bun is installed, commands stay short', () => {
  expect(toRunnable('bun run nexus sign-in', '/usr/local/bin/bun')).toBe('bun run nexus sign-in');
});
