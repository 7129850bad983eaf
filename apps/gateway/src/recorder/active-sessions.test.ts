import { expect, test } from 'bun:test';
import { createActiveSessions } from './active-sessions.ts';

test('a session is active for five minutes after its last request', () => {
  let nowMs = 0;
  const sessions = createActiveSessions(() => nowMs);
  sessions.see('a');
  sessions.see('b');
  nowMs = 200_000;
  sessions.see('a');
  expect(sessions.count()).toBe(2);
  nowMs = 300_001;
  expect(sessions.count()).toBe(1);
  nowMs = 500_001;
  expect(sessions.count()).toBe(0);
});

test('callers cannot fill the memory with names of sessions', () => {
  const sessions = createActiveSessions(() => 0);
  for (let index = 0; index < 12_000; index += 1) sessions.see(`session-${index}`);
  expect(sessions.count()).toBe(10_000);
});
