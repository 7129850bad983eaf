import { expect, test } from 'bun:test';
import { withSection } from './hold-report.ts';

const page = '# Page\n\nHead.\n\n## One\n\nfirst\n\n## Two\n\nsecond\n';

test('a figure that is kept again replaces its own part of the page and no other', () => {
  expect(withSection(page, { title: 'One', text: 'anew' })).toBe(
    '# Page\n\nHead.\n\n## Two\n\nsecond\n\n## One\n\nanew\n',
  );
});

test('a figure that was never kept comes last', () => {
  expect(withSection(page, { title: 'Three', text: 'third' })).toBe(`${page}\n## Three\n\nthird\n`);
});
