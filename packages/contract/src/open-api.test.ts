import { describe, expect, test } from 'bun:test';
import { toOpenApi } from './open-api.ts';
import { OPERATIONS } from './operations.ts';
import { PLAIN_ROUTES } from './routes.ts';

const document = toOpenApi({ version: '1.2.3', operations: OPERATIONS, routes: PLAIN_ROUTES });
const text = JSON.stringify(document);

/** The value at a JSON pointer of the document. */
function at(pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, part) => (isObject(value) ? value[part] : undefined), document);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

describe('the OpenAPI document', () => {
  test('names every operation and every plain route once, by its method and path', () => {
    const paths = at('/paths');
    const described = Object.entries(isObject(paths) ? paths : {}).flatMap(([path, methods]) =>
      Object.keys(isObject(methods) ? methods : {}).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const declared = [...Object.values(OPERATIONS), ...PLAIN_ROUTES].map(
      ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
    );

    expect(described.toSorted()).toEqual(declared.toSorted());
  });

  test('refers only to parts that it has', () => {
    const pointers = [...text.matchAll(/"\$ref":"#([^"]+)"/g)].map((match) => match[1] ?? '');

    expect(pointers.length).toBeGreaterThan(10);
    expect(pointers.filter((pointer) => at(pointer) === undefined)).toEqual([]);
  });

  test('is JSON Schema 2020-12 inside, without leftovers of another dialect', () => {
    expect(document['openapi']).toBe('3.1.0');
    expect(text).not.toContain('"$schema"');
    expect(text).not.toContain('"$defs"');
    expect(text).not.toContain('"nullable"');
  });

  test('has unique operation ids and declares every path parameter as required', () => {
    const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map((match) => match[1]);

    expect(new Set(ids).size).toBe(ids.length);
    expect(at('/paths/~1api~1requests~1{requestId}~1raw/get/parameters')).toEqual([
      { name: 'requestId', in: 'path', required: true, schema: expect.objectContaining({ format: 'uuid' }) },
      {
        name: 'part',
        in: 'query',
        required: false,
        schema: { type: 'string', enum: ['request', 'response'], default: 'request' },
      },
    ]);
  });

  test('says what a body must hold, and what is locked', () => {
    expect(at('/paths/~1api~1keys/post/requestBody/content/application~1json/schema')).toMatchObject({
      type: 'object',
      required: ['name'],
      additionalProperties: false,
    });
    expect(at('/paths/~1health/get/security')).toEqual([]);
    expect(at('/paths/~1api~1requests/get/security')).toHaveLength(4);
  });

  test('names the shapes that answers share', () => {
    const schemas = at('/components/schemas');

    expect(Object.keys(isObject(schemas) ? schemas : {}).toSorted()).toEqual([
      'AccountSummary',
      'AccountTest',
      'AuditEntry',
      'BatchUse',
      'BodyView',
      'BranchSummary',
      'BudgetSummary',
      'CacheUse',
      'CacheVerdict',
      'ConversationDiff',
      'ConversationSegment',
      'ConversationSummary',
      'Cost',
      'Forecast',
      'InFlightRequest',
      'KeySummary',
      'LimitSummary',
      'LimitValues',
      'LiveEvent',
      'NewCredential',
      'PathMessage',
      'RequestDetail',
      'RequestSummary',
      'SearchHit',
      'SearchProgress',
      'SessionUsage',
      'SnippetPart',
      'TreeNode',
      'TunnelSummary',
      'Usage',
      'UsageSums',
      'WindowSummary',
    ]);
  });
});
