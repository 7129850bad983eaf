import { afterAll, beforeAll, expect, test } from 'bun:test';
import type { RequestFacts } from '@nexus/core';
import { type ApiWorld, SET_UP_MS_MAX, startApiWorld } from '../api-world.ts';
import { buildFacts, buildRecord, writeRecords } from '../records.ts';

const NOW_MS = Date.now();
const { usage } = buildFacts();

function use(accountId: string, domain: string, outputTokens: number) {
  const used: RequestFacts['usage'] = usage === null ? null : { ...usage, outputTokens };
  return buildRecord({ accountId, domain, usage: used, startedAtMs: NOW_MS - 60_000 });
}

let world: ApiWorld;
beforeAll(async () => {
  world = await startApiWorld({ override: { clock: () => NOW_MS } });
  await writeRecords(world, [
    use('two-domains', 'a.example', 600),
    use('two-domains', 'b.example', 500),
    use('one-domain', 'a.example', 1_000),
    ...Array.from({ length: 110 }, (_, serial) => use(`quiet-${serial}`, 'a.example', 1 + serial)),
  ]);
}, SET_UP_MS_MAX);
afterAll(() => world.stop());

test('an account is as busy as all of its domains together', async () => {
  const { accounts } = await world.client.perform('usage.accounts', {});
  expect(accounts.slice(0, 3)).toMatchObject([
    {
      accountId: 'two-domains',
      outputTokens: 1_100,
      domains: [
        { domain: 'a.example', outputTokens: 600 },
        { domain: 'b.example', outputTokens: 500 },
      ],
    },
    { accountId: 'one-domain', outputTokens: 1_000 },
    { accountId: 'quiet-109', outputTokens: 110 },
  ]);
});

test('the quietest of very many are left out, and how many there were is told', async () => {
  const { accounts, accountCount } = await world.client.perform('usage.accounts', {});
  expect([accounts.length, accountCount, accounts.at(-1)?.accountId]).toEqual([100, 112, 'quiet-12']);
});
