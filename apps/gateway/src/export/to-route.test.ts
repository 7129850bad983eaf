import { expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { toKnownMethod, toRoute } from './to-route.ts';

test.each([
  ['/v1/messages', '/v1/messages'],
  ['/v1/messages/batches/msgbatch_01/results', '/v1/messages/batches/{id}/results'],
  ['/v1/models/claude-opus-4-8', '/v1/models/{id}'],
  ['/v1/models/', '/v1/*'],
  ['/v1/what/comes/next', '/v1/*'],
  ['/', '/'],
  ['/wp-login.php', '/*'],
])('%s is counted as %s', (path, route) => {
  expect(toRoute(path)).toBe(route);
});

test('however many paths and methods callers make up, their names stay few', () => {
  const routes = new Set<string>();
  const methods = new Set<string>();
  fc.assert(
    fc.property(fc.webPath(), fc.string({ maxLength: 12 }), (path, method) => {
      routes.add(toRoute(path));
      methods.add(toKnownMethod(method));
    }),
    { numRuns: 2_000 },
  );
  expect(routes.size).toBeLessThan(20);
  expect(methods.size).toBeLessThan(10);
});
