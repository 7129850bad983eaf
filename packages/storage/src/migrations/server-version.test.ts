import { expect, test } from 'bun:test';
import { findVersionProblem } from './server-version.ts';

test.each([
  [150_000, '15.0'],
  [150_018, '15.18 (Debian 15.18-0+deb12u1)'],
  [180_001, '18.1'],
  [190_000, '19beta1'],
])('version %d works', (number, name) => {
  expect(findVersionProblem(number, name)).toBeNull();
});

test.each([
  [149_999, '14.99', '14.99'],
  [140_009, '14.9 (Debian 14.9-1.pgdg120+1)', '14.9'],
  [90_624, '9.6.24', '9.6.24'],
])('version %d is refused with its name and what to do', (number, name, shown) => {
  expect(findVersionProblem(number, name)).toBe(
    `PostgreSQL ${shown} is too old, 15 or newer is needed. Upgrade it, or leave DATABASE_URL out for the embedded one.`,
  );
});
