import { expect, test } from 'bun:test';
import type { BudgetSummary } from '@nexus/contract';
import type { LimitWindow } from '../api/limit-queries.ts';
import { toNear } from './to-near.ts';

const AT = '2026-11-20T12:00:00.000Z';

function budget(subject: string, spentNanoDollars: number, reservedNanoDollars = 0): BudgetSummary {
  const limitNanoDollars = 100;
  const span = { period: 'day', startsAt: AT, endsAt: AT } as const;
  return {
    budgetId: subject,
    subjectKind: 'user',
    subject,
    limitNanoDollars,
    spentNanoDollars,
    reservedNanoDollars,
    ...span,
  };
}

function window(name: string, given: Partial<LimitWindow>): LimitWindow {
  const told = {
    source: 'unified',
    spanMs: null,
    seenAt: AT,
    ageMs: 0,
    scope: null,
    resetsAt: null,
    counted: null,
  } as const;
  const ordinary = { usedShare: 0, isRejected: false, isOver: false, forecast: { kind: 'unknown' } } as const;
  return { accountId: 'plan', name, ...told, ...ordinary, ...given };
}

const toName = (filling: ReturnType<typeof toNear>['fullest']) =>
  filling === null ? null : filling.kind === 'budget' ? filling.budget.subject : filling.window.name;

test('budgets and windows from 70 % on are near their bound, the fullest first', () => {
  const { near, fullest } = toNear(
    [budget('ada', 50), budget('linus', 60, 25)],
    [window('5h', { usedShare: 0.91 }), window('7d', { usedShare: 0.69 })],
  );
  expect(near.map(toName)).toEqual(['5h', 'linus']);
  expect(toName(fullest)).toBe('5h');
});

test('a window that refuses is full; one that started anew or was not told says nothing', () => {
  const windows = [
    window('5h', { usedShare: null, isRejected: true }),
    window('7d', { usedShare: 0.99, isOver: true }),
    window('rolling', { usedShare: null }),
  ];
  expect(toNear([], windows).near.map(toName)).toEqual(['5h']);
  expect(toNear([], windows.slice(1))).toEqual({ near: [], fullest: null });
});

test('where all have room, the fullest is still told', () => {
  const { near, fullest } = toNear([budget('ada', 10), budget('grace', 63)], []);
  expect(near).toEqual([]);
  expect(toName(fullest)).toBe('grace');
});
