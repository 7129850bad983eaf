import { expect, test } from 'bun:test';
import type { TestGateway } from '../support/start-test-gateway.ts';
import { listAsked, startPoolGateway, toStates } from './pool-gateway.ts';

const FIVE = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));

async function sendTurn(
  gw: TestGateway,
  session: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const answer = await gw.send('fake-text', { headers: { 'x-claude-code-session-id': session, ...headers } });
  await answer.text();
  return answer;
}

/** Which account answered, told by the fake, of the requests since the last look. */
function takeAsked(gw: TestGateway): string[] {
  const asked = listAsked(gw);
  gw.fake.reset();
  return asked;
}

test('a conversation stays on its account over 100 turns; when that dies it moves within the same request, and stays there', async () => {
  await using gw = await startPoolGateway(FIVE);
  for (let turn = 0; turn < 100; turn += 1) await sendTurn(gw, 'long');
  const [home = '', ...others] = new Set(takeAsked(gw));
  expect(others).toEqual([]);

  // Its next request finds the account used up for an hour.
  gw.fake.script([{ behave: '429-retry-3600' }]);
  const moved = await sendTurn(gw, 'long');
  expect([moved.status, moved.headers.get('x-nexus-attempts')]).toEqual([200, '2']);
  const [first, next = ''] = takeAsked(gw);
  expect(first).toBe(home);
  expect(next).not.toBe(home);

  await gw.gateway.accounts.resume(home);
  expect(toStates(gw)[home]).toBe('healthy');
  for (let turn = 0; turn < 20; turn += 1) await sendTurn(gw, 'long');
  expect(new Set(takeAsked(gw))).toEqual(new Set([next]));
});

test('50 sub-agents of one session spread over the pool, and each stays where it is', async () => {
  await using gw = await startPoolGateway(FIVE);
  const agents = Array.from({ length: 50 }, (_, index) => `agent-${index}`);
  const askAll = () => Promise.all(agents.map((agent) => sendTurn(gw, 'parent', { 'x-claude-code-agent-id': agent })));
  const toPlaces = () =>
    new Map(gw.fake.requests.map((request) => [request.header('x-claude-code-agent-id'), request.header('x-api-key')]));
  await askAll();
  const places = toPlaces();
  const shares = [...Map.groupBy(places.values(), (key) => key).values()].map(({ length }) => length);
  expect(shares).toHaveLength(5);
  expect(Math.max(...shares)).toBeLessThanOrEqual(20);
  gw.fake.reset();
  await askAll();
  expect(toPlaces()).toEqual(places);
});

test('an account that recovers is not overrun: what moved stays away, and one request finds out for all', async () => {
  let passedMs = 0;
  // The first is slow, so that whoever finds out about it is still on the way when all the others come.
  await using gw = await startPoolGateway(
    [
      { id: 'first', meets: { 'headers-after': '2000' } },
      { id: 'second', priority: 1 },
    ],
    { world: { clock: () => Date.now() + passedMs } },
  );
  const sessions = Array.from({ length: 40 }, (_, index) => `session-${index}`);
  gw.fake.script([{ behave: '429-retry-60' }]);
  await sendTurn(gw, 'session-0');
  await Promise.all(sessions.map((session) => sendTurn(gw, session)));
  expect(takeAsked(gw).filter((id) => id === 'first')).toHaveLength(1);

  passedMs = 61_000;
  await Promise.all(sessions.map((session) => sendTurn(gw, session)));
  expect(new Set(takeAsked(gw))).toEqual(new Set(['second']));

  // New conversations come all at once: one of them probes, and the others do not wait for it.
  const fresh = Array.from({ length: 30 }, (_, index) => sendTurn(gw, `fresh-${index}`));
  await Promise.all(fresh);
  expect(takeAsked(gw).filter((id) => id === 'first')).toHaveLength(1);
  expect(toStates(gw)).toEqual({ first: 'healthy', second: 'healthy' });
  await sendTurn(gw, 'after');
  expect(takeAsked(gw)).toEqual(['first']);
});

test('files and batches live at one account: all of them go to the first', async () => {
  await using gw = await startPoolGateway(FIVE);
  for (let times = 0; times < 5; times += 1) {
    await (await fetch(`${gw.url}/v1/messages/batches`, { headers: { 'anthropic-version': '2023-06-01' } })).text();
  }
  expect(new Set(takeAsked(gw))).toEqual(new Set(['a']));
});

test('a list of files neither ends the rest of its account nor keeps messages from it', async () => {
  await using gw = await startPoolGateway([{ id: 'first' }, { id: 'second', priority: 1 }]);
  gw.fake.script([{ behave: '429-retry-3600' }]);
  await sendTurn(gw, 'any');
  const before = gw.gateway.accounts.list();
  await (await fetch(`${gw.url}/v1/files`, { headers: { 'anthropic-version': '2023-06-01' } })).text();
  expect(takeAsked(gw)).toEqual(['first', 'second', 'first']);
  expect(gw.gateway.accounts.list()).toEqual(before);
});
