import { expect, test } from 'bun:test';
import { digest } from '../../test/write-down.ts';
import { type Chain, CHAIN_STEPS_MAX, toChain } from './chain.ts';

test('a chain keeps its last steps and every end before them still counts', () => {
  const blocks = Array.from({ length: 10_000 }, (_, at) => ({
    role: at % 2 === 0 ? ('user' as const) : ('assistant' as const),
    hash: String(at),
    messageIndex: at,
  }));
  const whole = toChain(blocks, digest);
  const before = toChain(blocks.slice(0, 9_801), digest);
  expect(whole?.steps).toHaveLength(CHAIN_STEPS_MAX);
  expect(whole?.opening).toBe(before?.opening ?? '');
  expect(whole?.steps.some(({ end }) => end === before?.end)).toBe(true);
});

const said = (...roles: ('user' | 'assistant')[]): Chain | null =>
  toChain(
    roles.map((role, at) => ({ role, hash: `${at}`, messageIndex: at })),
    digest,
  );

test('an answer that the client began is no part of the end', () => {
  expect(said('user', 'assistant')?.end).toBe(said('user')?.end ?? '');
  expect(said('user', 'assistant')?.tail).not.toBe(said('user')?.tail ?? '');
  expect(said('user', 'assistant')).toMatchObject({ length: 1, isOpening: true });
  expect(said('user', 'assistant', 'user')).toMatchObject({ length: 3, isOpening: false });
  expect(said('assistant')).toBeNull();
});
