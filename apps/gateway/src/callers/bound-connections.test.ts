import { expect, test } from 'bun:test';
import { boundConnections, findFilesMax } from './bound-connections.ts';

test.each([
  { wanted: 20_000, filesMax: null, let: 20_000 },
  { wanted: 20_000, filesMax: 1_048_576, let: 20_000 },
  { wanted: 20_000, filesMax: 20_000, let: 4_968 },
  { wanted: 20_000, filesMax: 1_024, let: 224 },
  { wanted: 20_000, filesMax: 64, let: 1 },
])(
  'of $wanted connections $let are let in where $filesMax files may be open',
  ({ wanted, filesMax, let: expected }) => {
    expect(boundConnections(wanted, filesMax)).toBe(expected);
  },
);

test('what the system says of its bound is a number of files that hold this very test', () => {
  expect(findFilesMax() ?? Infinity).toBeGreaterThan(10);
});
