import { expect, test } from 'bun:test';
import { createConversationPlaces } from './conversation-places.ts';

const HOUR = 3_600_000;

test('a place that is used is remembered; one that nobody used for longer than a prompt cache lives is forgotten', () => {
  let nowMs = 0;
  const places = createConversationPlaces(() => nowMs);
  places.put(1, 'a');
  places.put(2, 'b');
  for (let hours = 0; hours < 5; hours += 1) {
    nowMs += HOUR;
    expect(places.find(1)).toBe('a');
    places.put(1, 'a');
  }
  expect(places.find(2)).toBeNull();
  places.put(1, 'c');
  expect(places.find(1)).toBe('c');
});

test('a million conversations take bounded memory, and the latest of them are remembered', () => {
  const places = createConversationPlaces(() => 0);
  for (let key = 0; key < 1_000_000; key += 1) places.put(key, 'a');
  expect(places.size()).toBeLessThanOrEqual(50_000);
  expect(places.find(999_999)).toBe('a');
  expect(places.find(980_000)).toBe('a');
  expect(places.find(0)).toBeNull();
});

test('others are told of a conversation that moved, again while it goes on, and of no other', () => {
  let nowMs = 0;
  const places = createConversationPlaces(() => nowMs);
  const told: number[] = [];
  places.onMoved((affinity) => told.push(affinity));
  places.put(1, 'a');
  places.put(2, 'b', true);
  places.put(1, 'a');
  expect(told).toEqual([2]);
  places.put(1, 'b');
  expect(told).toEqual([2, 1]);
  nowMs += 1_200_000;
  places.put(1, 'b');
  places.put(1, 'b');
  expect(told).toEqual([2, 1, 1]);
});

test('what others tell is believed, and not told again as one’s own', () => {
  const places = createConversationPlaces(() => 0);
  const told: number[] = [];
  places.onMoved((affinity) => told.push(affinity));
  places.put(1, 'a');
  places.learn(1, 'b');
  expect(places.find(1)).toBe('b');
  places.put(1, 'b');
  expect(told).toEqual([]);
});
