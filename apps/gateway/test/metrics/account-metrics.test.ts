import { expect, test } from 'bun:test';
import { type PoolEntry, toPoolFile, toPoolPath } from '../accounts/pool-gateway.ts';
import { startTestGateway } from '../support/start-test-gateway.ts';
import { DASHBOARD_KEY, loadPage } from './load-page.ts';
import { findValue } from './read-page.ts';

function startWith(accounts: readonly PoolEntry[], strategy?: string) {
  return startTestGateway({
    env: { DASHBOARD_API_KEY: DASHBOARD_KEY, NEXUS_PRIVATE_UPSTREAMS: 'true' },
    prepare: async (dir) => void (await Bun.write(toPoolPath(dir), toPoolFile(accounts, strategy))),
  });
}

test('an account that rests is told with its reason, and each account that was asked is counted', async () => {
  await using gw = await startWith([
    { id: 'first', meets: { '429-unified': '' } },
    { id: 'second', priority: 1 },
  ]);
  expect((await gw.send('fake-text')).status).toBe(200);
  const page = await loadPage(gw);
  const asked = (credential: string, statusClass: string) =>
    findValue(page, 'nexus_upstream_requests_total', {
      protocol: 'anthropic',
      model: 'fake-text',
      status_class: statusClass,
      credential,
    });
  expect({
    resting: findValue(page, 'nexus_credential_state', { credential: 'first', state: 'resting' }),
    healthy: findValue(page, 'nexus_credential_state', { credential: 'first', state: 'healthy' }),
    other: findValue(page, 'nexus_credential_state', { credential: 'second', state: 'healthy' }),
    away: findValue(page, 'nexus_accounts_away'),
    asked: [asked('first', '4xx'), asked('second', '2xx')],
    failOvers: findValue(page, 'nexus_fail_overs_total', { outcome: 'completed' }),
  }).toEqual({ resting: 1, healthy: 0, other: 1, away: 1, asked: [1, 1], failOvers: 1 });
  const cooldowns = page.get('nexus_credential_cooldowns_total')?.samples ?? [];
  expect(cooldowns.map(({ value }) => value)).toEqual([1]);
  expect(cooldowns[0]?.labels['reason']).toMatch(/^(rate-limited|window-used-up)$/);
});

test('how far the windows of an account are used, and when they begin anew, is what Claude told last', async () => {
  await using gw = await startWith([{ id: 'only', meets: { 'limits-unified': '' } }]);
  const answer = await gw.send('fake-text');
  await answer.text();
  const told = (name: string) => Number(answer.headers.get(`anthropic-ratelimit-unified-${name}`));
  const page = await loadPage(gw);
  const labels = { credential: 'only', window: '5h' };
  expect(findValue(page, 'nexus_window_utilisation_ratio', labels)).toBe(told('5h-utilization'));
  expect(findValue(page, 'nexus_window_reset_timestamp_seconds', labels)).toBe(told('5h-reset'));
});

test.each([
  ['ok', ['/bin/echo', 'sk-ant-api03-made-by-a-command']],
  ['failed', ['/bin/false']],
] as const)('a token that a command is asked for is counted as %s', async (result, command) => {
  await using gw = await startWith([{ id: 'only', type: 'command', command }]);
  await (await gw.send('fake-text')).text();
  expect(findValue(await loadPage(gw), 'nexus_token_mint_total', { type: 'command', result })).toBe(1);
});
