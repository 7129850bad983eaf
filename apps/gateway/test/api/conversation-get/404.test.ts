import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { readRefusal, SET_UP_MS_MAX, withKey } from '../api-world.ts';
import { type BoatsWorld, startBoatsWorld } from '../conversation-world.ts';

let world: BoatsWorld;
beforeAll(async () => {
  world = await startBoatsWorld();
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

async function refuse(path: string, method = 'GET') {
  return readRefusal(await fetch(`${world.apiUrl}/api/conversations/${path}`, { method, ...withKey }));
}

describe('a conversation that is not there', () => {
  test.each(['', '/tree', '/messages', '/export', '/export?format=md'])('is told by its code at …%s', async (part) => {
    expect(await refuse(crypto.randomUUID() + part)).toEqual({ status: 404, code: 'conversation-unknown' });
    expect(await refuse(`no-id${part}`)).toEqual({ status: 400, code: 'field-invalid' });
  });

  test('cannot be deleted', async () => {
    expect(await refuse(crypto.randomUUID(), 'DELETE')).toEqual({ status: 404, code: 'conversation-unknown' });
  });

  test('a branch that it does not have has a code of its own', async () => {
    expect(await refuse(`${world.conversationId}/messages?branch=subtask_9`)).toEqual({
      status: 404,
      code: 'branch-unknown',
    });
  });

  test('requests are compared within their conversation', async () => {
    const { first } = world.boats;
    const pair = `from=${first.facts.requestId}&to=${first.facts.requestId}`;
    const strange = `from=${first.facts.requestId}&to=${Bun.randomUUIDv7()}`;

    expect(await refuse(`${crypto.randomUUID()}/diff?${pair}`)).toEqual({ status: 404, code: 'request-unknown' });
    expect(await refuse(`${world.conversationId}/diff?${strange}`)).toEqual({ status: 404, code: 'request-unknown' });
  });

  test('a page, an export and a comparison must be asked for in words that there are', async () => {
    for (const part of ['messages?from=-1', 'messages?limit=501', 'export?format=pdf', 'diff', 'diff?from=a&to=b']) {
      expect(await refuse(`${world.conversationId}/${part}`)).toEqual({ status: 400, code: 'field-invalid' });
    }
  });
});
