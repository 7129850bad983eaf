import { describe, expect, test } from 'bun:test';
import { GatewayError } from './gateway-error.ts';
import type { OperationDeclaration } from './operation-declaration.ts';
import { OPERATIONS, type OperationName } from './operations.ts';
import { parseInput } from './parse-input.ts';

function readProblem(parse: () => unknown): string {
  try {
    parse();
  } catch (failure) {
    if (failure instanceof GatewayError) return `${failure.code}: ${failure.publicMessage}`;
    throw failure;
  }
  return 'none';
}

describe('parsing the input of an operation', () => {
  test('fills in defaults and reads numbers from text', () => {
    expect(parseInput('request.list', {})).toEqual({ limit: 100 });
    expect(parseInput('request.list', { limit: '7', status: '4xx' })).toEqual({ limit: 7, status: '4xx' });
  });

  test.each([
    [{ limit: '0' }, 'limit'],
    [{ limit: '501' }, 'limit'],
    [{ limit: 'ten' }, 'limit'],
    [{ status: '42' }, 'status'],
    [{ status: '9xx' }, 'status'],
    [{ kind: 'poetry' }, 'kind'],
    [{ from: 'yesterday' }, 'from'],
    [{ domian: 'x' }, 'domian'],
  ])('names the field that is wrong in %p', (raw, field) => {
    const problem = readProblem(() => parseInput('request.list', raw));

    expect(problem).toStartWith('field-invalid: ');
    expect(problem).toContain(field);
  });

  test('names all of them at once', () => {
    const problem = readProblem(() => parseInput('request.list', { limit: '0', status: 'x' }));

    expect(problem).toContain('limit');
    expect(problem).toContain('status');
  });

  const account = { accountId: 'a', domain: 'a.example.com' };
  const login = { type: 'oauth2_client_credentials', clientId: 'c', authMethod: 'none' };

  test.each([
    ['key.create', { name: '' }, 'name: must not be empty'],
    ['key.create', {}, 'name: is missing'],
    ['key.create', { name: 5 }, 'name: must be a text'],
    ['key.create', { name: 'x'.repeat(101) }, 'name: must have at most 100 characters'],
    ['key.create', { name: 'x', scopes: ['all'] }, 'scopes.0: must be one of proxy, read, content, write, admin'],
    ['key.create', { name: 'x', admin: true }, 'there is no field admin'],
    ['request.list', { limit: '0' }, 'limit: must be at least 1'],
    ['request.list', { limit: '99999999999999999999' }, 'limit: must be at most 500'],
    [
      'limit.set',
      { subjectKind: 'global', subject: '*', limits: { concurrent: -1e30, outputTokensPerMinute: 1e30 } },
      'limits.outputTokensPerMinute: must be at most 1000000000; limits.concurrent: must be at least 1',
    ],
    ['key.create', { name: '  ' }, 'name: must not be empty'],
    ['key.create', { name: 'x', labels: ['a', ' '] }, 'labels.1: must not be empty'],
    ['request.list', { from: 'yesterday' }, 'from: must be an instant such as 2027-01-31T12:00:00Z'],
    ['account.add', account, 'credential: is missing'],
    [
      'account.add',
      { ...account, credential: { type: 'session' } },
      'credential.token: must be a text, { "env": "NAME" }, { "file": "path" } or { "stored": "name" }',
    ],
    [
      'account.add',
      { ...account, credential: { ...login, tokenUrl: 'x' } },
      'credential.tokenUrl: must be an address that begins with https://',
    ],
  ] as const)('of %s in %p says %p', (name, raw, words) => {
    expect(readProblem(() => parseInput(name, raw))).toBe(`field-invalid: ${words}`);
  });

  test('says nothing in the words of the library that checks', () => {
    for (const name of Object.keys(OPERATIONS).filter(isOperation)) {
      for (const raw of [{}, null, { limit: -1, from: 1, name: [], labels: [0], credential: {} }]) {
        expect(readProblem(() => parseInput(name, raw))).not.toMatch(
          /expected|invalid (input|option|string)|too (small|big)/i,
        );
      }
    }
  });
});

test('every operation that has a table takes its format', () => {
  const declared: readonly (readonly [string, OperationDeclaration])[] = Object.entries(OPERATIONS);
  const tables = declared.filter(([, { csv }]) => csv !== undefined);
  expect(tables.length).toBeGreaterThan(5);
  expect(tables.filter(([, { input }]) => !('format' in input.shape)).map(([name]) => name)).toEqual([]);
});

function isOperation(name: string): name is OperationName {
  return Object.hasOwn(OPERATIONS, name);
}
