import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { readCallSettings } from './read-call-settings.ts';

test('what a request says of how to answer is read, and nothing else', () => {
  const body = { model: 'm', max_tokens: 64, temperature: 0, top_p: 0.9, top_k: '5', messages: [] };
  expect(readCallSettings(body)).toEqual({ maxTokens: 64, temperature: 0, topP: 0.9 });
  expect(readCallSettings({ messages: [] })).toBeNull();
});

test('whatever a body is, reading it never throws', () => {
  fc.assert(
    fc.property(fc.anything(), (body) => {
      const settings = readCallSettings(body);
      expect(settings === null || Object.values(settings).every((value) => Number.isFinite(value))).toBe(true);
    }),
  );
});
