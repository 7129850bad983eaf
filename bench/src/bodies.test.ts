import { expect, test } from 'bun:test';
import { buildConversationBodies } from './bodies.ts';

test.each([87_000, 400_000])(
  'bodies said to have %i bytes have them within a twentieth, each longer than the last',
  (bytes) => {
    const sizes = buildConversationBodies(bytes, 8).map(({ byteLength }) => byteLength);
    for (const size of sizes) expect(Math.abs(size - bytes)).toBeLessThanOrEqual(bytes / 20);
    expect(sizes).toEqual([...new Set(sizes)].toSorted((a, b) => a - b));
  },
);
