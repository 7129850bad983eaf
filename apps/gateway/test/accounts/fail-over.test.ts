import { afterAll, beforeAll, describe, expect, test } from 'bun:test';
import { join } from 'node:path';
import { createClient } from '@nexus/contract';
import { type TestDatabase, createTestDatabase } from '@nexus/testkit';
import { startTestGateway, toMessagesRequest } from '../support/start-test-gateway.ts';
import { waitFor } from '../support/wait-for.ts';
import { listAsked, startPoolGateway, toStates } from './pool-gateway.ts';

const TWO = [{ id: 'first' }, { id: 'second', priority: 1 }];

test('thinking keeps its signature over ten turns in which the conversation moves three times', async () => {
  await using gw = await startPoolGateway(TWO);
  const messages: unknown[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    messages.push({ role: 'user', content: `Turn ${turn}: think again.` });
    if (turn % 4 === 1) gw.fake.script([{ behave: '529' }]);
    const request = {
      ...toMessagesRequest('fake-thinking'),
      body: JSON.stringify({ model: 'fake-thinking', max_tokens: 99, messages }),
    };
    const answer = await fetch(`${gw.url}/v1/messages`, request);
    // The fake checks the signature of every block of thinking that comes back.
    expect(answer.status).toBe(200);
    const { content }: { content: unknown } = JSON.parse(await answer.text());
    messages.push({ role: 'assistant', content });
  }
  const moves = listAsked(gw).filter((id, index, all) => index > 0 && id !== all[index - 1]);
  expect(moves).toEqual(['second', 'first', 'second']);
});

describe.each(['identity', 'gzip', 'br', 'zstd'])('a stream in %s', (encoding) => {
  const headers: Readonly<Record<string, string>> = encoding === 'identity' ? {} : { 'x-fake-encoding': encoding };

  test('that fails before its content is replaced by another one, whole', async () => {
    await using gw = await startPoolGateway([
      { id: 'first', meets: { 'error-before-content': '' } },
      { id: 'second', priority: 1 },
    ]);
    const answer = await fetch(`${gw.url}/v1/messages`, {
      ...toMessagesRequest('fake-text', { stream: true, headers: { 'accept-encoding': encoding, ...headers } }),
      decompress: true,
    });
    const text = await answer.text();
    expect(text.match(/event: message_start/g)).toHaveLength(1);
    expect(text).toContain('event: message_stop');
    expect(text).not.toContain('event: error');
    expect(listAsked(gw)).toEqual(['first', 'second']);
  });

  test('that is held back at its head comes whole and byte for byte', async () => {
    const model = 'fake-thinking+unknown-events';
    const options = { stream: true, headers: { 'accept-encoding': encoding, 'x-fake-drip': '7', ...headers } } as const;
    await using pool = await startPoolGateway(TWO);
    await using alone = await startPoolGateway([{ id: 'alone' }]);
    const [held, passed] = await Promise.all([pool, alone].map(async (gw) => (await gw.send(model, options)).bytes()));
    expect(held?.byteLength).toBe(passed?.byteLength ?? 0);
  });
});

test('a head that stays silent is handed on after two seconds, and the answer goes on', async () => {
  await using gw = await startPoolGateway(TWO);
  const answer = await gw.send('fake-silence-ms-2600', { stream: true });
  const text = await answer.text();
  expect(text.match(/event: message_start/g)).toHaveLength(1);
  expect(text).toContain('event: message_stop');
  const line = await gw.exchange(answer.headers.get('x-nexus-request-id'));
  expect(line).toMatchObject({ outcome: 'completed', accountId: 'first' });
});

test('a caller that leaves between two attempts ends them, and nobody else is asked', async () => {
  await using gw = await startPoolGateway([
    { id: 'first', meets: { '529': '' } },
    { id: 'second', priority: 1, meets: { never: '' } },
  ]);
  const caller = new AbortController();
  const asking = gw.send('fake-text', { signal: caller.signal }).catch(() => null);
  await waitFor('the second account to be asked', () => listAsked(gw).includes('second'));
  caller.abort();
  await asking;
  const ended = await waitFor('the exchange to end', () => gw.ended()[0]);
  expect(ended).toMatchObject({ outcome: 'aborted', accountId: 'second' });
  // Leaving is no fault of an account.
  expect(toStates(gw)).toEqual({ first: 'healthy', second: 'healthy' });
  expect(gw.gateway.accounts.list().map(({ inFlight }) => inFlight)).toEqual([0, 0, 0]);
});

test('a body that was sent is sent again, byte for byte, and no account gets the credential of another', async () => {
  await using gw = await startPoolGateway([
    { id: 'first', meets: { '500': '' } },
    { id: 'second', priority: 1 },
  ]);
  await (await gw.send('fake-text', { text: 'Grüße 👋 '.repeat(20_000) })).text();
  const [first, second] = gw.fake.requests;
  expect(second?.bodySha256()).toBe(first?.bodySha256() ?? '');
  expect([first, second].map((request) => request?.header('x-api-key'))).toEqual([
    'sk-ant-api03-of-first',
    'sk-ant-api03-of-second',
  ]);
});

test('a short answer that breaks off before its declared length is replaced by another one, whole', async () => {
  await using gw = await startPoolGateway([
    { id: 'first', meets: { short: '5' } },
    { id: 'second', priority: 1 },
  ]);
  const answer = await gw.send('fake-text');
  expect([answer.status, answer.headers.get('x-nexus-attempts')]).toEqual([200, '2']);
  expect(JSON.parse(await answer.text())).toMatchObject({ type: 'message', role: 'assistant' });
  expect(listAsked(gw)).toEqual(['first', 'second']);
});

test('a model that is forbidden rests by its name; a key or a novel in its place is kept nowhere', async () => {
  await using gw = await startPoolGateway([
    { id: 'first', meets: { '403': '' } },
    { id: 'second', priority: 1 },
  ]);
  const key = `sk-ant-api03-${'a'.repeat(90)}`;
  for (const model of ['fake-text', key, 'm'.repeat(201)]) expect((await gw.send(model)).status).toBe(200);
  const [first] = gw.gateway.accounts.list();
  expect(first).toMatchObject({ id: 'first', state: 'healthy', because: 'resting for fake-text only' });
  expect(JSON.stringify(gw.gateway.accounts.list())).not.toContain(key);
});

test('a token that was refused is renewed once, and the caller does not notice', async () => {
  await using gw = await startTestGateway({
    prepare: async (dir) => {
      const command = [
        'sh',
        '-c',
        `f=${dir}/count; n=$(cat $f 2>/dev/null || echo 0); echo $((n+1)) > $f; [ $n = 0 ] && echo sk-invalid || echo sk-ant-good`,
      ];
      const file = { type: 'command', command, header: 'x-api-key' };
      await Bun.write(join(dir, 'default.credentials.json'), JSON.stringify(file));
    },
  });
  const answer = await gw.send('fake-text');
  expect([answer.status, answer.headers.get('x-nexus-attempts')]).toEqual([200, '2']);
  expect(gw.fake.requests.map((request) => request.header('x-api-key'))).toEqual(['sk-invalid', 'sk-ant-good']);
});

describe('the record', () => {
  const DASHBOARD_API_KEY = 'dashboard-key-of-the-test';
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await database.drop();
  });

  test('tells who was asked, why each was not the last, and who answered', async () => {
    const env = { STORAGE_ENABLED: 'true', DATABASE_URL: database.url, DASHBOARD_API_KEY };
    await using gw = await startPoolGateway(
      [
        { id: 'first', meets: { '429-unified': '' } },
        { id: 'second', priority: 1 },
      ],
      { env },
    );
    await gw.gateway.ready;
    const answer = await gw.send('fake-text', { stream: true });
    await answer.text();
    const requestId = answer.headers.get('x-nexus-request-id') ?? '';
    const client = createClient({ baseUrl: gw.url, fetch, headers: { 'x-dashboard-key': DASHBOARD_API_KEY } });
    const detail = await waitFor('the record', () => client.perform('request.get', { requestId }).catch(() => null));
    expect(detail.request).toMatchObject({ accountId: 'second', status: 200, outcome: 'completed' });
    const spans = { startMs: expect.any(Number), durationMs: expect.any(Number) };
    const metrics = await (
      await fetch(`${gw.url}/metrics`, { headers: { 'x-dashboard-key': DASHBOARD_API_KEY } })
    ).text();
    expect(metrics).toContain('nexus_fail_overs_total{outcome="completed"} 1');
    expect(metrics).toContain('nexus_accounts_away 1');
    expect(detail.attempts).toEqual([
      { accountId: 'first', status: 429, because: 'status 429', ...spans },
      { accountId: 'second', status: 200, because: expect.stringMatching(/^(answered|status 200)$/), ...spans },
    ]);
  });
});
