import { expect, test } from 'bun:test';
import { startTestGateway } from '../../support/start-test-gateway.ts';
import { expectRefusal } from '../../support/expect-refusal.ts';
import { waitFor } from '../../support/wait-for.ts';

test('one exchange more than the process may hold, until a place is free again', async () => {
  await using gw = await startTestGateway({ env: { NEXUS_EXCHANGES_MAX: '2' } });
  const leaving = new AbortController();
  const held = [1, 2].map(() => gw.send('fake-never', { signal: leaving.signal }).catch(() => null));
  await waitFor('both to be in flight', () => gw.fake.stats().inFlight === 2);
  const answer = await gw.send('fake-text');
  expect(answer.headers.get('retry-after')).toBe('1');
  await expectRefusal(gw, answer, { status: 429, type: 'rate_limit_error', code: 'limit-reached' });
  leaving.abort();
  await Promise.all(held);
  await waitFor('the places to be free', () => gw.ended().filter((line) => line.outcome === 'aborted').length === 2);
  expect((await gw.send('fake-text')).status).toBe(200);
});
