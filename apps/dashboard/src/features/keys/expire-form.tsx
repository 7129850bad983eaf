import type { KeySummary } from '@nexus/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { useNow } from '../../ui/use-now.ts';
import { useTask } from '../../ui/use-task.ts';
import { formatExact } from '../../words/format-instant.ts';
import { ActForm } from './act-form.tsx';
import { EndField } from './end-field.tsx';
import { type Ending, toEndInstant } from './to-end-instant.ts';

const CLOCK_MS = 1_000;

interface ExpireFormProps {
  readonly keySummary: KeySummary;
  readonly title: string;
  readonly onClose: () => void;
}

/** Sets when a key ends, or that it does not; also of one that has ended. */
export function ExpireForm({ keySummary: { keyId, name, expiresAt }, title, onClose }: ExpireFormProps) {
  const [ending, setEnding] = useState<Ending>({ kind: 'days', days: 30 });
  const [problem, setProblem] = useState<string>();
  const queries = useQueryClient();
  const expiring = useTask(async (at: string | null) => {
    await api.perform('key.expire', { keyId, expiresAt: at });
    await queries.invalidateQueries({ queryKey: ['keys'] });
    onClose();
  });
  const now = useNow(CLOCK_MS);
  const end = toEndInstant(ending, now);
  function submit(): void {
    setProblem(end.kind === 'wrong' ? end.problem : undefined);
    if (end.kind !== 'wrong') expiring.run(end.kind === 'at' ? end.iso : null);
  }
  return (
    <ActForm title={title} does={['Set its end', 'Setting']} task={expiring} onSubmit={submit} onClose={onClose}>
      <p className="text-sm text-ink-2">
        <span className="font-medium wrap-anywhere text-ink">{name}</span>{' '}
        {expiresAt === null ? 'does not end by itself now.' : `is set to end on ${formatExact(expiresAt)}.`} After its
        end it is refused everywhere; the end can be moved again then.
      </p>
      <EndField label="It ends" ending={ending} problem={problem} onEnding={setEnding} />
      {end.kind === 'at' && <p className="text-sm text-ink-2">It will be good until {formatExact(end.iso)}.</p>}
    </ActForm>
  );
}
