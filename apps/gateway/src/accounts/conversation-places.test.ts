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
