import { afterAll, beforeAll, expect, test } from 'bun:test';
import { toBudgetSpan } from '@nexus/core';
import {
  type BudgetAsk,
  listBudgetStandings,
  renewBudgets,
  reserveBudgets,
  saveBudget,
  settleBudgets,
  sweepBudgets,
} from '../src/index.ts';
import { buildAudit } from './audit.ts';
import { buildRecord } from './record.ts';
import { createWriterWorld, type WriterWorld } from './writer-world.ts';

// Leases end by the clock of the database, and what is two days old is looked for no longer: so this is now, read once.
const NOW_MS = Date.now();
const DAY_START_MS = toBudgetSpan('day', NOW_MS).startMs;

let world: WriterWorld;
beforeAll(async () => {
  world = await createWriterWorld();
});
afterAll(() => world.drop());

/** A budget of a day for a key of its own. */
async function makeBudget(limitNano: number): Promise<string> {
  const budgetId = Bun.randomUUIDv7();
  const audit = buildAudit({ auditId: crypto.randomUUID(), verb: 'set', noun: 'budget', nounId: budgetId });
  const subject = { kind: 'key', subject: budgetId } as const;
  await saveBudget(world.storage, { budgetId, subject, period: 'day', limitNano, changedAtMs: NOW_MS }, audit);
  return budgetId;
}

function anAsk(budgetIds: readonly string[], worstNano: number, began = false): BudgetAsk {
  const budgets = budgetIds.map((budgetId) => ({ budgetId, startMs: DAY_START_MS }));
  return { requestId: Bun.randomUUIDv7(), startedAtMs: NOW_MS, worstNano, budgets, began };
}

async function reserve(asks: readonly BudgetAsk[], leaseSeconds = 60): Promise<string[]> {
  const stood = await reserveBudgets(world.storage, asks, leaseSeconds);
  return stood.map((budgets) => budgets.find(({ decision }) => decision !== 'admitted')?.decision ?? 'admitted');
}

async function find(budgetId: string) {
  const standings = await listBudgetStandings(world.storage, NOW_MS);
  const standing = standings.find((budget) => budget.budgetId === budgetId);
  return [standing?.spentNano, standing?.reservedNano];
}

test('calls are admitted until what is reserved reaches the limit, and settled once, by what they cost', async () => {
  const budget = await makeBudget(100);
  const asks = [60, 60, 60].map((worst) => anAsk([budget], worst));
  expect(await reserve(asks)).toEqual(['admitted', 'admitted', 'reserved']);
  expect(await find(budget)).toEqual([0, 120]);
  const settlements = asks.map(({ requestId }) => ({ requestId, nano: 50 }));
  await settleBudgets(world.storage, settlements);
  await settleBudgets(world.storage, settlements);
  expect(await find(budget)).toEqual([100, 0]);
  expect(await reserve([anAsk([budget], 1)])).toEqual(['spent']);
});

test('a call counts in all of its budgets or in none', async () => {
  const [wide, narrow] = [await makeBudget(1_000), await makeBudget(1)];
  expect(await reserve([anAsk([wide, narrow], 5), anAsk([wide, narrow], 5)])).toEqual(['admitted', 'reserved']);
  expect(await find(wide)).toEqual([0, 5]);
});

test('a call of which nobody knows what it cost, costs its worst case', async () => {
  const budget = await makeBudget(100);
  const ask = anAsk([budget], 70);
  await reserve([ask]);
  await settleBudgets(world.storage, [{ requestId: ask.requestId, nano: null }]);
  expect(await find(budget)).toEqual([70, 0]);
});

test('what began while the database was away is noted beyond the limit, once', async () => {
  const budget = await makeBudget(10);
  const ask = anAsk([budget], 30, true);
  await reserve([anAsk([budget], 10)]);
  await reserve([ask]);
  await reserve([ask]);
  expect(await find(budget)).toEqual([0, 40]);
});

test('a lease that ended costs the worst case, and a record that comes late sets it right', async () => {
  const budget = await makeBudget(100);
  const [dead, alive] = [anAsk([budget], 30), anAsk([budget], 20)];
  await reserve([dead], -1);
  await reserve([alive]);
  await sweepBudgets(world.storage);
  expect(await find(budget)).toEqual([30, 20]);
  await settleBudgets(world.storage, [{ requestId: dead.requestId, nano: 12 }]);
  expect(await find(budget)).toEqual([12, 20]);
});

test('a lease that ended costs what the record says, and the worst case where nobody saw the end of the call', async () => {
  const budget = await makeBudget(1_000_000);
  // What is told of an interrupted call is a floor: Claude may have written more than anybody read.
  const cost = { nanoDollars: 25, pricing: 'exact', priceVersion: '2026-11-20' } as const;
  const ends = [
    { outcome: 'completed', cost },
    { outcome: 'upstream-error', cost: null },
    { outcome: 'interrupted', cost },
  ] as const;
  const asks = ends.map(() => anAsk([budget], 7_000));
  await reserve(asks, -1);
  const writer = world.createWriter();
  for (const [at, { requestId, startedAtMs }] of asks.entries()) {
    writer.append(buildRecord(1, { ...ends[at], requestId, startedAtMs }, { requestBody: null, responseBody: null }));
  }
  await world.settled(writer);
  await sweepBudgets(world.storage);
  expect(await find(budget)).toEqual([7_025, 0]);
});

test('what is renewed is not swept', async () => {
  const budget = await makeBudget(100);
  const ask = anAsk([budget], 30);
  await reserve([ask], -1);
  await renewBudgets(world.storage, [ask.requestId], 60);
  await sweepBudgets(world.storage);
  expect(await find(budget)).toEqual([0, 30]);
});

test('callers of many processes never get more than the limit and one worst case, and never wait in a circle', async () => {
  const budgets = await Promise.all([makeBudget(500), makeBudget(500)]);
  const run = async (serial: number): Promise<number> => {
    const ask = anAsk(serial % 2 === 0 ? budgets : budgets.toReversed(), 40);
    const [decision] = await reserve([ask]);
    if (decision !== 'admitted') return 0;
    await settleBudgets(world.storage, [{ requestId: ask.requestId, nano: 35 }]);
    return 35;
  };
  const spent = await Promise.all(Array.from({ length: 60 }, (_, serial) => run(serial)));
  const sum = spent.reduce((total, cost) => total + cost, 0);
  expect(sum).toBeLessThan(540);
  expect(await find(budgets[0] ?? '')).toEqual([sum, 0]);
});
