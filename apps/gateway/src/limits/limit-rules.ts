import { BUDGET_PERIODS } from '@nexus/core';
import type { Budget, SavedLimit, TrafficLimits } from '@nexus/storage';
import type { Logger } from '@nexus/telemetry';
import { z } from 'zod';
import { type KnownCopy, createKnownCopy } from '../known-copy.ts';
import { createRunAgain } from '../run-again.ts';
import type { LimitedSubject } from './plan-limits.ts';
import { type Subject, toSubjectText } from './subjects.ts';

/** What was set in the database for whom. */
export interface Rules {
  readonly limits: readonly SavedLimit[];
  readonly budgets: readonly Budget[];
}

/** The rules, held in memory so that no caller waits for the database. */
export interface LimitRules {
  /** Whether no limit is set for anybody. */
  areNone(): boolean;
  /** Of these subjects, those that have limits. */
  listLimited(subjects: readonly Subject[]): readonly LimitedSubject[];
  haveBudgets(): boolean;
  /** The budgets of these subjects. */
  listBudgets(subjects: readonly Subject[]): readonly Budget[];
  /** Loads the rules again, so that every change before this call is known; the last known ones stay where that fails. */
  refresh(): Promise<void>;
  close(): void;
}

export interface LimitRulesOptions {
  /** Null while there is no database. */
  readonly load: () => Promise<Rules | null>;
  /** So that a start with the database away knows the rules of the process before it. */
  readonly copy: KnownCopy<Rules>;
  /** Called when the rules are others than those of the last look. */
  readonly onChange?: () => void;
  readonly log: Logger;
}

/** A change that nobody told of holds within this. */
const REFRESH_MS = 1_000;

export function createLimitRules({ load, copy, onChange, log }: LimitRulesOptions): LimitRules {
  const known = copy.read();
  let limits = toMap(known);
  let budgets = toBudgetMap(known);
  let failing = false;

  const refresh = createRunAgain(async () => {
    try {
      const rules = await load();
      if (rules !== null) {
        limits = toMap(rules);
        budgets = toBudgetMap(rules);
        if (copy.write(rules)) onChange?.();
      }
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ error }, 'limits cannot be loaded; the last known ones stay in force');
      failing = true;
    }
  });

  const timer = setInterval(() => void refresh(), REFRESH_MS);
  timer.unref();
  return {
    areNone: () => limits.size === 0,
    listLimited: (subjects) =>
      subjects.flatMap((subject) => {
        const found = limits.get(toSubjectText(subject));
        return found === undefined ? [] : [{ kind: subject.kind, subject: subject.subject, limits: found }];
      }),
    haveBudgets: () => budgets.size > 0,
    listBudgets: (subjects) => subjects.flatMap((subject) => budgets.get(toSubjectText(subject)) ?? []),
    refresh,
    close: () => clearInterval(timer),
  };
}

function toMap(rules: Rules | null): ReadonlyMap<string, TrafficLimits> {
  return new Map(rules?.limits.map(({ subject, limits }) => [toSubjectText(subject), limits]));
}

function toBudgetMap(rules: Rules | null): ReadonlyMap<string, readonly Budget[]> {
  return Map.groupBy(rules?.budgets ?? [], ({ subject }) => toSubjectText(subject));
}

const Count = z.number().nullable();

const SubjectShape = z.strictObject({
  kind: z.enum(['key', 'user', 'project', 'domain', 'global']),
  subject: z.string(),
});

const RulesShape = z.strictObject({
  // Copies of earlier versions have none.
  budgets: z
    .array(
      z.strictObject({
        budgetId: z.string(),
        subject: SubjectShape,
        period: z.enum(BUDGET_PERIODS),
        limitNano: z.number(),
      }),
    )
    .default([]),
  limits: z.array(
    z.strictObject({
      subject: SubjectShape,
      limits: z.strictObject({
        requestsPerMinute: Count,
        inputTokensPerMinute: Count,
        outputTokensPerMinute: Count,
        concurrent: Count,
      }),
      changedAtMs: z.number(),
    }),
  ),
});

/** Keeps the rules in the file `path`. */
export function createRuleCopy(path: string, log: Logger): KnownCopy<Rules> {
  return createKnownCopy<Rules>({ path, shape: RulesShape, what: 'the limits', log });
}
