import { describe, expect, test } from 'bun:test';
import { GatewayError } from './gateway-error.ts';
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
});
