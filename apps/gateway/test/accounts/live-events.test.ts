import { expect, test } from 'bun:test';
import type { LiveEvent } from '@nexus/contract';
import { waitFor } from '../support/wait-for.ts';
import { startPoolGateway, toPoolPath } from './pool-gateway.ts';

const DASHBOARD_API_KEY = 'dashboard-key-of-the-test';

/** Events of accounts, as somebody who watches the feed gets them. */
function watchAccounts(url: string, signal: AbortSignal) {
  const events: LiveEvent[] = [];
  const { promise: opened, resolve } = Promise.withResolvers<void>();
  void (async () => {
    const feed = await fetch(`${url}/sse`, { headers: { 'x-dashboard-key': DASHBOARD_API_KEY }, signal });
    resolve();
    let text = '';
    for await (const piece of feed.body ?? []) {
      text += Buffer.from(piece).toString();
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) if (/^data: .*"type":"account-/.test(line)) events.push(JSON.parse(line.slice(6)));
    }
  })().catch(() => {});
  return { events, opened };
}

test('that an account rests, and that it is back, is told to whoever watches', async () => {
  await using gw = await startPoolGateway(
    [
      { id: 'one', name: 'Team one' },
      { id: 'two', priority: 1 },
    ],
    {
      env: { DASHBOARD_API_KEY },
    },
  );
  const watching = new AbortController();
  const { events, opened } = watchAccounts(gw.url, watching.signal);
  await opened;
  gw.fake.script([{ behave: '429-retry-600' }]);
  await (await gw.send('fake-text')).text();
  await gw.gateway.accounts.resume('one');
  await waitFor('the feed to tell of both', () => events.length >= 2);
  watching.abort();
  const [rested, recovered] = events;
  expect(rested).toEqual({
    type: 'account-rested',
    accountId: 'one',
    name: 'Team one',
    state: 'resting',
    because: 'its upstream asked to wait (429)',
    until: expect.any(String),
  });
  expect(recovered).toEqual({ type: 'account-recovered', accountId: 'one', name: 'Team one' });
});

/** A login whose token ends in ten minutes. */
function toLogin(id: string, refreshToken?: string) {
  const oauth = { accessToken: `sk-ant-oat01-${id}`, expiresAt: Date.now() + 600_000 };
  return {
    id,
    name: `Login ${id}`,
    type: 'oauth',
    oauth: refreshToken === undefined ? oauth : { ...oauth, refreshToken },
  };
}

test('that a token ends soon and nobody can renew it is told once, and of one that renews itself nothing', async () => {
  await using gw = await startPoolGateway([{ id: 'key' }], { env: { DASHBOARD_API_KEY } });
  const watching = new AbortController();
  const { events, opened } = watchAccounts(gw.url, watching.signal);
  await opened;
  const accounts = [toLogin('ends'), toLogin('renews', 'sk-ant-ort01-renews')];
  await Bun.write(toPoolPath(gw.credentialsDir), JSON.stringify({ accounts }));
  await waitFor('the feed to tell', () => events.length > 0);
  watching.abort();
  expect(events).toEqual([
    {
      type: 'account-expiring',
      accountId: 'ends',
      name: 'Login ends',
      expiresAt: expect.any(String),
      because: 'its token cannot be renewed without a person',
    },
  ]);
});
