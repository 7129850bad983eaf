import { OPERATIONS, toDemand } from '@nexus/contract';
import { BUDGET_PERIODS, type BudgetPeriod } from '@nexus/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client.ts';
import { budgetsQuery } from '../api/limit-queries.ts';
import type { Subject } from '../api/subject-usage.ts';
import { useNames } from '../api/use-names.ts';
import { useSpent } from '../api/use-subject-usage.ts';
import { TextField } from '../ui/field.tsx';
import { join } from '../ui/join.ts';
import { useTask } from '../ui/use-task.ts';
import { formatMoney } from '../words/format-money.ts';
import { parseDollars, toDollarText } from '../words/parse-amount.ts';
import { toBudgetSentence, toWhomWords } from '../words/rule-words.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { SubjectFields } from './subject-fields.tsx';
import { type Problems, toAnsweredProblems, toProblems } from './to-problems.ts';

/** A budget as it is now, or whom a new one is to be for. */
export interface BudgetStart extends Subject {
  readonly period?: BudgetPeriod;
  /** Nano-dollars; absent for a new one. */
  readonly limitNanoDollars?: number;
}

const FIELD_WORDS = {
  subject: 'Say which one.',
  limitNanoDollars: 'Write an amount in dollars, such as 20 or 12.50; a million at the most.',
};
const FIELDS = Object.keys(FIELD_WORDS);
const NO_AMOUNT = { limitNanoDollars: FIELD_WORDS.limitNanoDollars };

/** Sets, changes or takes away what somebody may spend. */
export function BudgetDialog({ start, onClose }: { readonly start: BudgetStart; readonly onClose: () => void }) {
  const { limitNanoDollars: before } = start;
  const [subject, setSubject] = useState<Subject>(start);
  const [period, setPeriod] = useState<BudgetPeriod>(start.period ?? 'day');
  const [text, setText] = useState(before === undefined ? '' : toDollarText(before));
  const [problems, setProblems] = useState<Problems>({});
  const names = useNames();
  const saving = useSaving(onClose);
  const nano = parseDollars(text);
  const { kind } = subject;
  const isSaid = nano !== null && subject.subject !== '';
  const shown = { ...toAnsweredProblems(saving.error, FIELDS), ...problems };
  function save(limitNanoDollars: number | null, found: Problems = {}): void {
    const input = { subjectKind: kind, subject: subject.subject, period, limitNanoDollars };
    const parsed = OPERATIONS['budget.set'].input.safeParse(input, { error: toDemand });
    const all = { ...found, ...(parsed.success ? {} : toProblems(parsed.error.issues, FIELD_WORDS)) };
    setProblems(all);
    if (parsed.success && Object.keys(all).length === 0) saving.run(parsed.data);
  }
  return (
    <RuleDialog
      title={before === undefined ? 'Set a budget' : 'Change a budget'}
      sentence={
        isSaid ? toBudgetSentence(nano, period, toWhomWords(kind, names.get(subject.subject) ?? subject.subject)) : null
      }
      problem={toAnsweredProblems(saving.error, FIELDS) === null ? (saving.error?.message ?? null) : null}
      isRunning={saving.isRunning}
      onSave={() => save(nano, nano === null ? NO_AMOUNT : {})}
      onRemove={before === undefined ? undefined : () => save(null)}
      onClose={onClose}
    >
      <SubjectFields subject={subject} problem={shown['subject']} onSubject={setSubject} />
      <div className="grid gap-x-4 sm:grid-cols-2">
        <TextField
          autoFocus={start.limitNanoDollars !== undefined || start.subject !== ''}
          label="Amount in dollars"
          inputMode="decimal"
          placeholder="20.00"
          value={text}
          unit={`a ${period}`}
          problem={shown['limitNanoDollars']}
          onText={setText}
        />
        <Periods period={period} onPeriod={setPeriod} />
      </div>
      <SpentSoFar subject={subject} period={period} />
      {before === undefined && (
        <p className="text-xs text-ink-3">A new budget begins with nothing spent: what was used before is not in it.</p>
      )}
    </RuleDialog>
  );
}

function useSaving(onSaved: () => void) {
  const queries = useQueryClient();
  return useTask(async (input: Parameters<typeof api.perform<'budget.set'>>[1]) => {
    await api.perform('budget.set', input);
    await queries.invalidateQueries({ queryKey: budgetsQuery.queryKey });
    onSaved();
  });
}

interface PeriodsProps {
  readonly period: BudgetPeriod;
  readonly onPeriod: (period: BudgetPeriod) => void;
}

function Periods({ period, onPeriod }: PeriodsProps) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-medium">In each</legend>
      <div className="flex h-9 gap-1 rounded-md bg-sunken p-1">
        {BUDGET_PERIODS.map((value) => (
          <label
            key={value}
            className={join(
              'flex grow cursor-pointer items-center justify-center rounded text-sm has-focus-visible:outline-2 has-focus-visible:outline-accent',
              value === period ? 'bg-surface font-medium shadow-xs' : 'text-ink-2 hover:text-ink',
            )}
          >
            <input
              type="radio"
              name="period"
              value={value}
              checked={value === period}
              onChange={() => onPeriod(value)}
              className="sr-only"
            />
            {value}
          </label>
        ))}
      </div>
      <span className="text-xs text-ink-3">By the calendar of UTC; weeks begin on Monday.</span>
    </fieldset>
  );
}

/** What it comes to without a budget, to choose one by. */
function SpentSoFar({ subject, period }: { readonly subject: Subject; readonly period: BudgetPeriod }) {
  const spent = useSpent(subject);
  if (spent === null || subject.subject === '') return null;
  return (
    <dl className="grid grid-cols-3 gap-px overflow-hidden rounded-md border bg-line text-sm">
      {BUDGET_PERIODS.map((value) => (
        <div key={value} className={join('px-3 py-1.5', value === period ? 'bg-selected' : 'bg-surface')}>
          <dt className="text-xs text-ink-3">{SPENT_WORDS[value]}</dt>
          <dd className="font-medium">{formatMoney(spent[value])}</dd>
        </div>
      ))}
    </dl>
  );
}

const SPENT_WORDS = { day: 'Spent today', week: 'Spent this week', month: 'Spent this month' } as const;
