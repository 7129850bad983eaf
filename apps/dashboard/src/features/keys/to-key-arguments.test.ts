import { describe, expect, test } from 'bun:test';
import { NO_LIMITS, toLimitTexts } from '../../rules/read-limits.ts';
import { type KeyForm, toKeyArguments } from './to-key-arguments.ts';
import { toEndInstant } from './to-end-instant.ts';

const NOW = Date.parse('2026-11-20T12:00:00.000Z');
const FORM: KeyForm = {
  name: ' laptop ',
  owner: '',
  project: '',
  domain: '',
  labels: '',
  scopes: new Set(['proxy'] as const),
  ending: { kind: 'never' },
  limits: toLimitTexts(NO_LIMITS),
};

describe('the form of a new key', () => {
  test('says no more than was written', () => {
    expect(toKeyArguments(FORM, NOW)).toEqual({ kind: 'key', key: { name: 'laptop', labels: [], scopes: ['proxy'] } });
  });

  test('says everything that was written', () => {
    const full: KeyForm = {
      name: 'ci',
      owner: ' ada ',
      project: 'engine',
      domain: 'team.example',
      labels: 'build, , nightly',
      scopes: new Set(['read', 'proxy'] as const),
      ending: { kind: 'days', days: 30 },
      limits: { ...toLimitTexts(NO_LIMITS), concurrent: '4' },
    };
    expect(toKeyArguments(full, NOW)).toEqual({
      kind: 'key',
      key: {
        name: 'ci',
        owner: 'ada',
        project: 'engine',
        domain: 'team.example',
        labels: ['build', 'nightly'],
        scopes: ['proxy', 'read'],
        expiresAt: '2026-12-20T12:00:00.000Z',
        limits: { ...NO_LIMITS, concurrent: 4 },
      },
    });
  });

  test('is told of everything that is wrong at once, by field', () => {
    const wrong: KeyForm = {
      ...FORM,
      name: ' ',
      scopes: new Set(),
      ending: { kind: 'date', date: '2026-11-01' },
      limits: { ...FORM.limits, requestsPerMinute: 'lots' },
    };
    const said = toKeyArguments(wrong, NOW);
    expect(said.kind === 'wrong' && Object.keys(said.problems).sort()).toEqual([
      'expiresAt',
      'name',
      'requestsPerMinute',
      'scopes',
    ]);
  });
});

test('a key is good to the end of its last day, by the clock of the reader', () => {
  const end = toEndInstant({ kind: 'date', date: '2026-12-31' }, NOW);
  expect(end.kind === 'at' && new Date(end.iso).getTime()).toBe(new Date(2027, 0, 1).getTime());
  expect(toEndInstant({ kind: 'date', date: '' }, NOW).kind).toBe('wrong');
});
