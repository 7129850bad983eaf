import { expect, test } from 'bun:test';
import { createLogger } from '@nexus/telemetry';
import { createRedisLink } from '../../src/redis/redis-link.ts';
import { waitFor } from '../support/wait-for.ts';

test('a Redis that cannot be had is told of once, without what its URL holds, and questions fail at once', async () => {
  const lines: string[] = [];
  const log = createLogger({
    level: 'debug',
    format: 'json',
    write: (line) => void lines.push(line),
    maskText: (text) => text,
  });
  const url = 'redis://nexus:hunter2@127.0.0.1:1/0';
  const link = createRedisLink({ url, prefix: 'test', timeoutMs: 60_000, log });
  await waitFor('the first try to fail', () => lines.length > 0);
  expect(await link.ask('PING', []).catch(String)).toContain('Redis is away');
  expect([link.isThere(), link.generation()]).toEqual([false, 0]);
  link.close();
  expect(lines).toHaveLength(1);
  expect(lines.join()).toContain('Redis cannot be reached');
  expect(lines.join()).not.toContain('hunter2');
});
