import { GatewayError } from '@nexus/contract';
import { type BudgetSpan, toBudgetSpan } from '@nexus/core';
import type { Budget, StoodBudget } from '@nexus/storage';
import { type StoodPeriod, listBudgetHeaders } from './budget-headers.ts';
import type { BudgetCall, BudgetKeeper } from './budget-keeper.ts';
import type { LimitRules } from './limit-rules.ts';
import type { LimitAsk, LimitGrant, Limiter } from './limiter.ts';
import { listSubjects, toSubjectWords } from './subjects.ts';

export interface BudgetedOptions {
  readonly limiter: Limiter;
  readonly rules: LimitRules;
  readonly keeper: BudgetKeeper;
  /** Whether calls go on while the budgets are unknown. */
  readonly failsOpen: boolean;
}

type BudgetOf = Budget & BudgetSpan;

/** Limits, and behind them budgets: the one wait for the database that a caller may have, where a budget is set for it. */
export function createBudgetedLimiter({ limiter, rules, keeper, failsOpen }: BudgetedOptions): Limiter {
  async function admitBoth(
    ask: LimitAsk,
    limits: LimitGrant | null | Promise<LimitGrant>,
    budgets: readonly BudgetOf[],
  ): Promise<LimitGrant> {
    const granted = await limits;
    if (granted !== null && granted.refusal !== null) return granted;
    const worstNano = ask.readWorstCase();
    if (worstNano === null) return refuse(granted, new GatewayError('budget-unbounded'), []);
    const call = { requestId: ask.requestId, startedAtMs: ask.startedAtMs, worstNano, budgets };
    const stood = await keeper.reserve(call);
    if (stood === null) return failsOpen ? goOn(granted, call) : refuse(granted, toUnknownError(), []);
    const states = stood.flatMap((state) => toStates(state, budgets));
    const refusal = toRefusal(states, budgets);
    return refusal === null ? grant(ask, granted, states) : refuse(granted, refusal, states);
  }

  function goOn(granted: LimitGrant | null, call: BudgetCall): LimitGrant {
    keeper.noteLate(call);
    return granted ?? { listHeaders: () => [], refusal: null, end: () => {}, giveBack: () => {} };
  }

  return {
    admit: (ask) => {
      const limits = limiter.admit(ask);
      if (!rules.haveBudgets()) return limits;
      const budgets = rules.listBudgets(listSubjects(ask.caller)).map((budget) => withSpan(budget, ask.startedAtMs));
      return budgets.length === 0 ? limits : admitBoth(ask, limits, budgets);
    },
  };
}

function grant(ask: LimitAsk, granted: LimitGrant | null, states: readonly StoodPeriod[]): LimitGrant {
  return {
    listHeaders: (sent) => [...(granted?.listHeaders(sent) ?? []), ...toHeaders(ask, states)],
    refusal: null,
    // What it cost is settled by its record, which knows more than the end of the exchange.
    end: (use) => granted?.end(use),
    giveBack: () => granted?.giveBack(),
  };
}

function refuse(granted: LimitGrant | null, refusal: GatewayError, states: readonly StoodPeriod[]): LimitGrant {
  granted?.giveBack();
  return {
    listHeaders: () => [...(granted?.listHeaders(false) ?? []), ...listBudgetHeaders(states)],
    refusal,
    end: () => {},
    giveBack: () => {},
  };
}

function withSpan(budget: Budget, atMs: number): BudgetOf {
  return { ...budget, ...toBudgetSpan(budget.period, atMs) };
}

/** Callers without a key of ours have windows of their own at Claude. */
function toHeaders({ caller }: LimitAsk, states: readonly StoodPeriod[]): [string, string][] {
  return caller.keyId === null ? [] : listBudgetHeaders(states);
}

function toStates(stood: StoodBudget, budgets: readonly BudgetOf[]): StoodPeriod[] {
  const budget = budgets.find(({ budgetId }) => budgetId === stood.budgetId);
  return budget === undefined ? [] : [{ period: budget.period, endMs: budget.endMs, stood }];
}

/** A call that is under way gives back what it does not use; how soon, nobody can tell. */
const RESERVED_RETRY_SECONDS = 2;
const UNKNOWN_RETRY_SECONDS = 2;

function toRefusal(states: readonly StoodPeriod[], budgets: readonly BudgetOf[]): GatewayError | null {
  const refusing =
    states.find(({ stood }) => stood.decision === 'spent') ?? states.find(({ stood }) => stood.decision === 'reserved');
  if (refusing === undefined) return null;
  const { stood, period, endMs } = refusing;
  const budget = budgets.find(({ budgetId }) => budgetId === stood.budgetId);
  const whose = budget === undefined ? 'this caller' : toSubjectWords(budget.subject.kind);
  const limit = `The budget of $${stood.limit / 1e9} a ${period} for ${whose}`;
  const detail = {
    budgetId: stood.budgetId,
    limitNano: stood.limit,
    spentNano: stood.spent,
    reservedNano: stood.reserved,
  };
  if (stood.decision === 'spent') {
    const again = new Date(endMs).toISOString().replace(/:00\.000Z$/, 'Z');
    return new GatewayError('budget-spent', { publicMessage: `${limit} is spent. It begins anew ${again}.`, detail });
  }
  return new GatewayError('budget-reserved', {
    publicMessage: `${limit} is reserved for requests that are under way. Try again in a moment.`,
    detail: { ...detail, retryAfterS: RESERVED_RETRY_SECONDS },
  });
}

function toUnknownError(): GatewayError {
  return new GatewayError('budget-unknown', { detail: { retryAfterS: UNKNOWN_RETRY_SECONDS } });
}
