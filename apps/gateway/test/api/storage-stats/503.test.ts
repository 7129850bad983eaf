import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { OPERATIONS, type OperationDeclaration } from '@nexus/contract';
import { type ApiWorld, openTestStorage, readRefusal, startApiWorld, withKey } from '../api-world.ts';

let world: ApiWorld;
const nowhere = openTestStorage({ host: '127.0.0.1', port: 1, user: 'nobody', database: 'nothing' });
beforeAll(async () => {
  world = await startApiWorld({ database: false, override: { storage: () => nowhere } });
});
afterAll(async () => {
  await world.stop();
  await nowhere.close();
});

/** What is asked of the process and not of the database. */
const LIVING = new Set(['/api/me', '/api/accounts', '/api/tunnels']);

const reads = Object.values<OperationDeclaration>(OPERATIONS)
  .filter(({ method, path }) => method === 'GET' && !LIVING.has(path))
  .map(({ path }) => path);

/** These ask for an account. */
const OF_ONE_ACCOUNT = /\/(current|daily|time-series|sliding-window|history|shares)$/;

/** An address that the operation takes. */
function toUrl(path: string): string {
  const id = Bun.randomUUIDv7();
  if (path.endsWith('/diff')) return `${path.replace(/:\w+/, id)}?from=${id}&to=${id}`;
  if (path === '/api/search') return `${path}?q=words`;
  if (OF_ONE_ACCOUNT.test(path)) return `${path}?accountId=${id}`;
  return path.replace(':messageId', `${id}.${id}`).replace(/:\w+/, id);
}

describe('with the database away', () => {
  test.each(reads)('%s says so, without a word of SQL or addresses', async (path) => {
    const answer = await fetch(world.apiUrl + toUrl(path), withKey);
    const text = await answer.clone().text();

    expect(await readRefusal(answer)).toEqual({ status: 503, code: 'storage-unavailable' });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(text).not.toMatch(/select|ECONN|127\.0\.0\.1/);
  });

  test('who one is, and that the process lives, is still told', async () => {
    const answers = await Promise.all(
      ['/api/me', '/api/tunnels', '/health', '/openapi.json'].map((p) => fetch(world.apiUrl + p, withKey)),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  });
});
