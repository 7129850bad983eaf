import { expect, test } from 'bun:test';
import { findNeighbours } from './use-neighbours.ts';

test('the neighbours of a request are the rows beside it', () => {
  expect(findNeighbours(['5', '4', '3'], '4')).toEqual({ newer: '5', older: '3' });
  expect(findNeighbours(['5', '4', '3'], '5')).toEqual({ newer: null, older: '4' });
  expect(findNeighbours(['5', '4', '3'], '3')).toEqual({ newer: '4', older: null });
});

test('a request that is not in the list lies between two rows', () => {
  expect(findNeighbours(['5', '3'], '4')).toEqual({ newer: '5', older: '3' });
  expect(findNeighbours([], '4')).toEqual({ newer: null, older: null });
});
