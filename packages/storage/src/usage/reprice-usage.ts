import type { Usage } from '@nexus/anthropic';
import { type PriceTable, toRecordedCost } from '@nexus/core';
import type { ClientBase } from 'pg';
import { repriceCache } from '../cache/reprice-cache.ts';
import { inTransaction } from '../in-transaction.ts';
import { lockDomains } from '../linking/lock-domains.ts';
import { toFacts } from '../queries/request/to-facts.ts';
import type { RequestTable } from '../schema.ts';
import type { Storage } from '../storage.ts';
import { rebuildDay } from './check-usage.ts';
import { LOCK_USAGE } from './usage-sums.ts';

export interface RepriceOptions {
  readonly prices: PriceTable;
  /** Epoch milliseconds; whole days (UTC) that these instants lie in. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Tells what would change, and changes nothing. */
  readonly dryRun: boolean;
}

export interface RepriceReport {
  readonly requestCount: number;
  readonly changedCount: number;
  /** Requests that had no price and have one now. */
  readonly newlyPricedCount: number;
  readonly beforeNano: number;
  readonly afterNano: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * Prices history again, day by day: requests, usage and sums of a day change together or not at all. Requests keep the day
 * that their prices are of. What was estimated stays an estimate.
 */
export async function repriceUsage({ pool }: Pick<Storage, 'pool'>, options: RepriceOptions): Promise<RepriceReport> {
  let report: RepriceReport = { requestCount: 0, changedCount: 0, newlyPricedCount: 0, beforeNano: 0, afterNano: 0 };
  const firstMs = Math.floor(options.fromMs / DAY_MS) * DAY_MS;
  for (let dayMs = firstMs; dayMs <= options.toMs; dayMs += DAY_MS) {
    const day = await inTransaction(pool, (client) => repriceDay(client, dayMs, options));
    report = {
      requestCount: report.requestCount + day.requestCount,
      changedCount: report.changedCount + day.changedCount,
      newlyPricedCount: report.newlyPricedCount + day.newlyPricedCount,
      beforeNano: report.beforeNano + day.beforeNano,
      afterNano: report.afterNano + day.afterNano,
    };
  }
  return report;
}

async function repriceDay(client: ClientBase, dayMs: number, { prices, dryRun }: RepriceOptions) {
  await client.query('set local statement_timeout = 0');
  // Writers wait, so that nothing of this day comes between reading it and adding it up; in the order in which they lock.
  if (!dryRun) {
    await lockDomains(client, await listDomains(client, dayMs));
    await client.query(LOCK_USAGE);
  }
  const changes: RepricedRow[] = [];
  const day = { requestCount: 0, newlyPricedCount: 0, beforeNano: 0, afterNano: 0 };
  for (let hourMs = dayMs; hourMs < dayMs + DAY_MS; hourMs += HOUR_MS) {
    const found = await client.query<RequestTable>(
      'select * from request where started_at >= $1 and started_at < $2 and pricing is not null',
      [new Date(hourMs), new Date(hourMs + HOUR_MS)],
    );
    const messages = await listBatchMessages(client, new Date(hourMs), new Date(hourMs + HOUR_MS));
    for (const row of [...found.rows.map(toPriced), ...messages]) {
      const cost = toRecordedCost(prices, row.call);
      if (cost === null) continue;
      day.requestCount += 1;
      day.beforeNano += row.cost_nano ?? 0;
      day.afterNano += cost.nanoDollars ?? 0;
      if (cost.nanoDollars === row.cost_nano && cost.pricing === row.pricing) continue;
      if (row.cost_nano === null && cost.nanoDollars !== null) day.newlyPricedCount += 1;
      changes.push({
        conversation_id: row.conversation_id,
        account_id: row.account_id ?? '',
        started_at: row.started_at.toISOString(),
        request_id: row.request_id,
        cost_nano: cost.nanoDollars,
        cache_saved_nano: cost.cacheSaved ?? null,
        pricing: cost.pricing,
        price_version: cost.priceVersion,
      });
    }
  }
  if (!dryRun && changes.length > 0) await applyChanges(client, changes, dayMs);
  if (!dryRun) await repriceCache(client, dayMs, prices);
  return { ...day, changedCount: changes.length };
}

/** What is priced again, and what it cost before. */
type PricedRow = Pick<
  RequestTable,
  'conversation_id' | 'account_id' | 'started_at' | 'request_id' | 'cost_nano' | 'pricing'
> & {
  readonly call: Parameters<typeof toRecordedCost>[1];
};

function toPriced(row: RequestTable): PricedRow {
  return { ...row, call: toFacts(row) };
}

/** A message of a batch has no request of its own: what it used stands beside its usage. */
interface BatchMessageRow extends Omit<PricedRow, 'call'> {
  readonly model: string | null;
  readonly usage: Usage;
}

async function listBatchMessages(client: ClientBase, from: Date, to: Date): Promise<readonly PricedRow[]> {
  const found = await client.query<BatchMessageRow>(
    `select u.conversation_id, u.account_id, u.started_at, u.request_id, u.cost_nano, u.pricing, u.model, m.usage
     from batch_message as m
     join usage as u on u.account_id = m.account_id and u.started_at = m.started_at and u.request_id = m.message_id
     where m.started_at >= $1 and m.started_at < $2`,
    [from, to],
  );
  return found.rows.map(toPricedMessage);
}

function toPricedMessage({ model, usage, ...row }: BatchMessageRow): PricedRow {
  return { ...row, call: { usage, model, modelServed: null, startedAtMs: row.started_at.getTime() } };
}

interface RepricedRow {
  readonly conversation_id: string;
  readonly account_id: string;
  readonly started_at: string;
  readonly request_id: string;
  readonly cost_nano: number | null;
  readonly cache_saved_nano: number | null;
  readonly pricing: string;
  readonly price_version: string;
}

/** Rows of one statement. */
const CHANGES_MAX = 2_000;

async function applyChanges(client: ClientBase, changes: readonly RepricedRow[], dayMs: number): Promise<void> {
  for (let at = 0; at < changes.length; at += CHANGES_MAX) {
    const rows = JSON.stringify(changes.slice(at, at + CHANGES_MAX));
    await client.query(UPDATE_REQUESTS, [rows]);
    await client.query(UPDATE_USAGE, [rows]);
  }
  await rebuildDay(client, dayMs);
  const conversationIds = [...new Set(changes.map((change) => change.conversation_id))];
  await client.query(UPDATE_CONVERSATIONS, [conversationIds]);
  await client.query(UPDATE_BRANCHES, [conversationIds]);
}

async function listDomains(client: ClientBase, dayMs: number): Promise<string[]> {
  const found = await client.query<{ domain: string }>(
    'select distinct domain from request where started_at >= $1 and started_at < $2 and pricing is not null',
    [new Date(dayMs), new Date(dayMs + DAY_MS)],
  );
  return found.rows.map(({ domain }) => domain);
}

const COST_SUMS = `
    coalesce(sum(cost_nano), 0) as cost_nano,
    count(*) filter (where pricing = 'unpriced') as unpriced_count`;

/** A conversation may go on for days, so its cost is that of all its requests. */
const UPDATE_CONVERSATIONS = `
  update conversation as c
  set cost_nano = s.cost_nano, unpriced_count = s.unpriced_count
  from (
    select conversation_id, ${COST_SUMS}
    from request
    where conversation_id = any($1::uuid[])
    group by conversation_id
  ) as s
  where c.conversation_id = s.conversation_id`;

const UPDATE_BRANCHES = `
  update branch as b
  set cost_nano = s.cost_nano, unpriced_count = s.unpriced_count
  from (
    select conversation_id, branch, ${COST_SUMS}
    from request
    where conversation_id = any($1::uuid[]) and branch is not null
    group by conversation_id, branch
  ) as s
  where b.conversation_id = s.conversation_id and b.name = s.branch`;

const CHANGE = `jsonb_to_recordset($1::jsonb) as c (
    conversation_id uuid, account_id text, started_at timestamptz, request_id uuid, cost_nano bigint,
    cache_saved_nano bigint, pricing text, price_version text
  )`;

const UPDATE_REQUESTS = `
  update request as r
  set cost_nano = c.cost_nano, pricing = c.pricing, price_version = c.price_version
  from ${CHANGE}
  where r.conversation_id = c.conversation_id and r.started_at = c.started_at and r.request_id = c.request_id`;

const UPDATE_USAGE = `
  update usage as u
  set
    cost_nano = c.cost_nano,
    cache_saved_nano = c.cache_saved_nano,
    pricing = c.pricing,
    price_version = c.price_version
  from ${CHANGE}
  where u.account_id = c.account_id and u.started_at = c.started_at and u.request_id = c.request_id`;
