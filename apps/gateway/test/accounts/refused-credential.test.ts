import { expect, test } from 'bun:test';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { startPoolGateway } from './pool-gateway.ts';

/** What the fake Claude says to a credential that it does not take. */
const REFUSED = { type: 'error', error: { type: 'authentication_error', message: expect.any(String) } };

test('a stored credential that Claude refuses is nothing that a caller could mend: the answer is Claude’s, and says not to try again', async () => {
  await using gw = await startPoolGateway([{ id: 'only', key: 'sk-ant-api03-invalid' }]);
  const answer = await gw.send('fake-text');
  expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([401, 'false']);
  expect(answer.headers.has('x-nexus-error')).toBe(false);
  expect(await answer.json()).toMatchObject({ ...REFUSED, request_id: answer.headers.get('request-id') });
});

test('a caller whose own credential Claude refuses hears exactly what Claude said, and may renew it and try again', async () => {
  await using gw = await startTestGateway({ env: { ANTHROPIC_API_KEY: '' } });
  const answer = await gw.send('fake-text', { headers: { 'x-api-key': 'sk-ant-api03-invalid' } });
  expect([answer.status, answer.headers.get('x-should-retry')]).toEqual([401, null]);
  expect(await answer.json()).toMatchObject(REFUSED);
});
