import { expect, test } from 'bun:test';
import type { Base } from './payload-memory.ts';
import { CHAIN_REQUESTS_MAX, planBody } from './plan-body.ts';

function toHashes(letters: string): Buffer {
  return Buffer.concat(Array.from(letters).map((letter) => Buffer.alloc(16, letter)));
}

function toBase(requestId: string, letters: string, startedAtMs = 1): Base {
  return { requestId, startedAtMs, keyframeId: `keyframe-of-${requestId}`, hashes: toHashes(letters) };
}

const alone = (): number => 1;

test('the base that shares the longest beginning is chosen, the later one where two share as much', () => {
  const bases = [toBase('long', 'abcdX'), toBase('short', 'abX'), toBase('later', 'abcdY')];
  const plan = planBody({ startedAtMs: 2, hashes: toHashes('abcde') }, bases, alone);
  expect(plan).toMatchObject({ kind: 'link', keep: 4, base: { requestId: 'later' } });
});

test('hashes that only begin alike share nothing', () => {
  const almost = { ...toBase('almost', 'a'), hashes: Buffer.from([...Buffer.alloc(15, 'b'), 0]) };
  const plan = planBody({ startedAtMs: 2, hashes: toHashes('b') }, [almost], alone);
  expect(plan).toEqual({ kind: 'keyframe', because: 'no-base' });
});

test('a request that began later is no base: the read of a chain looks between two starts', () => {
  const plan = planBody({ startedAtMs: 2, hashes: toHashes('ab') }, [toBase('later', 'ab', 3)], alone);
  expect(plan).toEqual({ kind: 'keyframe', because: 'no-base' });
});

test('a full chain begins anew', () => {
  const plan = planBody({ startedAtMs: 2, hashes: toHashes('ab') }, [toBase('a', 'ab')], () => CHAIN_REQUESTS_MAX);
  expect(plan).toEqual({ kind: 'keyframe', because: 'chain-full' });
});
