import { OPERATIONS, toDemand } from '@nexus/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api/client.ts';
import { setLimitsQuery } from '../api/limit-queries.ts';
import type { Subject } from '../api/subject-usage.ts';
import { useNames } from '../api/use-names.ts';
import { usePeaks } from '../api/use-subject-usage.ts';
import { useTask } from '../ui/use-task.ts';
import { type LimitFigures, toLimitsSentence, toWhomWords } from '../words/rule-words.ts';
import { LimitFields } from './limit-fields.tsx';
import { areNone, LIMIT_NAMES, NO_LIMITS, readLimits, toLimitTexts } from './read-limits.ts';
import { RuleDialog } from './rule-dialog.tsx';
import { SubjectFields } from './subject-fields.tsx';
import { COUNT_WORDS, type Problems, toAnsweredProblems, toProblems } from './to-problems.ts';

/** Limits as they are now, or whom new ones are to be for. */
export interface LimitsStart extends Subject {
  /** Absent for new ones. */
  readonly limits?: LimitFigures;
}

const FIELD_WORDS: Problems = {
  subject: 'Say which one.',
  ...Object.fromEntries(LIMIT_NAMES.map((name) => [name, COUNT_WORDS])),
};
const NOTHING_SAID: Problems = { requestsPerMinute: 'Write at least one limit.' };

/** Sets, changes or takes away how much of the traffic somebody may have. */
export function LimitsDialog({ start, onClose }: { readonly start: LimitsStart; readonly onClose: () => void }) {
  const { limits: before } = start;
  const [subject, setSubject] = useState<Subject>(start);
  const [texts, setTexts] = useState(() => toLimitTexts(before ?? NO_LIMITS));
  const [problems, setProblems] = useState<Problems>({});
  const names = useNames();
  const peaks = usePeaks(subject);
  const saving = useSaving(onClose);
  const answered = toAnsweredProblems(saving.error, Object.keys(FIELD_WORDS));
  const said = readLimits(texts);
  const whom = toWhomWords(subject.kind, names.get(subject.subject) ?? subject.subject);
  function set(limits: LimitFigures, found: Problems = {}): void {
    const input = { subjectKind: subject.kind, subject: subject.subject, limits };
    const parsed = OPERATIONS['limit.set'].input.safeParse(input, { error: toDemand });
    const all = { ...found, ...(parsed.success ? {} : toProblems(parsed.error.issues, FIELD_WORDS)) };
    setProblems(all);
    if (parsed.success && Object.keys(all).length === 0) saving.run(parsed.data);
  }
  function save(): void {
    if (said.kind === 'unread') set(NO_LIMITS, Object.fromEntries(said.names.map((name) => [name, COUNT_WORDS])));
    else set(said.limits, areNone(said.limits) && before === undefined ? NOTHING_SAID : {});
  }
  return (
    <RuleDialog
      title={before === undefined ? 'Set limits' : 'Change limits'}
      sentence={said.kind === 'limits' && subject.subject !== '' ? toLimitsSentence(said.limits, whom) : null}
      problem={answered === null ? (saving.error?.message ?? null) : null}
      isRunning={saving.isRunning}
      onSave={save}
      onRemove={before === undefined ? undefined : () => set(NO_LIMITS)}
      onClose={onClose}
    >
      <SubjectFields subject={subject} problem={problems['subject'] ?? answered?.['subject']} onSubject={setSubject} />
      <LimitFields
        texts={texts}
        problems={{ ...answered, ...problems }}
        peaks={subject.subject === '' ? null : peaks}
        isFocused={start.subject !== ''}
        onTexts={setTexts}
      />
    </RuleDialog>
  );
}

function useSaving(onSaved: () => void) {
  const queries = useQueryClient();
  return useTask(async (input: Parameters<typeof api.perform<'limit.set'>>[1]) => {
    await api.perform('limit.set', input);
    await queries.invalidateQueries({ queryKey: setLimitsQuery.queryKey });
    onSaved();
  });
}
