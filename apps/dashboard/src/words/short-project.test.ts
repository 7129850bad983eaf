import { expect, test } from 'bun:test';
import { shortProject } from './short-project.ts';

test.each([
  ['shop', 'shop'],
  ['/home/jane/shop', 'shop'],
  ['/home/jane/my shop/', 'my shop'],
  ['C:\\Users\\Jane\\shop', 'shop'],
  ['/', '/'],
  ['', ''],
])('%p is called %p', (project, name) => expect(shortProject(project)).toBe(name));
