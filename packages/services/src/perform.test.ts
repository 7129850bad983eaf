import { describe, expect, test } from 'bun:test';
import { GatewayError, OPERATIONS, type OperationName, SCOPES, type Scope } from '@nexus/contract';
import { StorageError } from '@nexus/storage';
import type { Context } from './context.ts';
import { OPERATION_BODIES } from './operations.ts';
import { perform } from './perform.ts';
import { toServiceError } from './to-service-error.ts';

function buildContext(scopes: readonly Scope[]): Context {
  return {
    actor: { kind: 'key', keyId: 'k', scopes },
    storage: null,
    recorderStats: () => {
      throw new Error('not asked for here');
    },
    domains: { list: () => [], credentialOf: () => 'none' },
    proxyUrl: () => 'http://127.0.0.1:3000',
    apiKeySalt: '',
    retention: { payloadDays: 0, factsDays: 0, linksDays: 0 },
    rollingWindowMinutes: 300,
    clock: () => 0,
    newId: () => 'id',
  };
}

async function readCode(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'done',
    (failure: unknown) => (failure instanceof GatewayError ? failure.code : 'something else'),
  );
}

const names = Object.keys(OPERATION_BODIES).filter((name): name is OperationName => Object.hasOwn(OPERATIONS, name));

describe('the door to the operations', () => {
  test.each(names)('%s refuses an actor without its scope before it looks at anything else', async (name) => {
    const others = SCOPES.filter((scope) => scope !== OPERATIONS[name].scope);

    expect(await readCode(perform(buildContext(others), name, { nonsense: true }))).toBe('scope-missing');
  });

  test.each(names)('%s refuses an unknown field before it touches the database', async (name) => {
    expect(await readCode(perform(buildContext(SCOPES), name, { nonsense: true }))).toBe('field-invalid');
  });

  test('without a database history waits, and who one is does not', async () => {
    expect(await readCode(perform(buildContext(SCOPES), 'request.list', {}))).toBe('storage-unavailable');
    expect(await readCode(perform(buildContext(SCOPES), 'me.get', {}))).toBe('done');
  });
});

function buildDriverError(code: string, message = 'select secret from somewhere'): Error {
  return Object.assign(new Error(message), { code });
}

describe('errors of the database', () => {
  test.each(['ECONNREFUSED', 'ENOENT', '08006', '57P01', '57P03', '53300', '57014', '42P01'])(
    '%s means that it is away',
    (code) => {
      expect(toServiceError(buildDriverError(code)).code).toBe('storage-unavailable');
    },
  );

  test('a pool that gets no connection means that it is away', () => {
    expect(toServiceError(new Error('timeout exceeded when trying to connect')).code).toBe('storage-unavailable');
    expect(toServiceError(new AggregateError([buildDriverError('ECONNREFUSED')])).code).toBe('storage-unavailable');
  });

  test('anything else is unexpected, and says nothing of SQL', () => {
    const error = toServiceError(buildDriverError('42601'));

    expect(error.code).toBe('unexpected');
    expect(error.publicMessage).not.toContain('select');
  });

  test('a damaged body has a code of its own', () => {
    expect(toServiceError(new StorageError('body-damaged', 'x')).code).toBe('body-damaged');
  });
});
