import { expect, test } from 'bun:test';
import { createModelNames } from './model-names.ts';

test('a name is a label once a model answered to it', () => {
  const names = createModelNames();
  const asked = { model: 'claude-next', modelServed: null };
  expect(names.toLabel(asked)).toBe('other');
  expect(names.toLabel({ ...asked, modelServed: 'claude-next-1' })).toBe('claude-next');
  expect(names.toLabel(asked)).toBe('claude-next');
  expect(names.toLabel({ model: null, modelServed: null })).toBe('none');
});

test('there are a hundred at most, and none that is a text', () => {
  const names = createModelNames();
  const labels = Array.from({ length: 500 }, (_, index) => names.toLabel({ model: `m${index}`, modelServed: 'm' }));
  expect(new Set(labels).size).toBe(101);
  expect(createModelNames().toLabel({ model: 'x'.repeat(200), modelServed: 'm' })).toBe('other');
});
