import type { KeySummary } from '@nexus/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/client.ts';
import { SelectField } from '../../ui/field.tsx';
import { useTask } from '../../ui/use-task.ts';
import { formatExact } from '../../words/format-instant.ts';
import { ActForm } from './act-form.tsx';
import { type MadeSecret, SecretOnce } from './secret-once.tsx';

/** For how long the old secret stays good, in seconds. */
const GRACES = [
  { value: '0', label: 'End at once' },
  { value: '3600', label: 'Stay good for an hour' },
  { value: '86400', label: 'Stay good for a day' },
  { value: '604800', label: 'Stay good for 7 days' },
  { value: '2592000', label: 'Stay good for 30 days' },
] as const;
type Grace = (typeof GRACES)[number]['value'];

interface RotateFormProps {
  readonly keySummary: KeySummary;
  readonly title: string;
  readonly onClose: () => void;
}

/** Gives a key a new secret, and shows it once. */
export function RotateForm({ keySummary: { keyId, name, scopes }, title, onClose }: RotateFormProps) {
  const [grace, setGrace] = useState<Grace>('86400');
  const [made, setMade] = useState<MadeSecret | null>(null);
  const queries = useQueryClient();
  const rotating = useTask(async () => {
    const { key: secret, previousUntil } = await api.perform('key.rotate', { keyId, graceSeconds: Number(grace) });
    const before =
      grace === '0'
        ? 'The one before it is refused from now on.'
        : `The one before it is good until ${formatExact(previousUntil)}.`;
    setMade({ name, secret, scopes, before });
    await queries.invalidateQueries({ queryKey: ['keys'] });
  });
  if (made !== null) return <SecretOnce made={made} onClose={onClose} />;
  return (
    <ActForm
      title={title}
      does={['Rotate', 'Rotating']}
      task={rotating}
      onSubmit={() => rotating.run()}
      onClose={onClose}
    >
      <p className="text-sm text-ink-2">
        <span className="font-medium wrap-anywhere text-ink">{name}</span> gets a new secret, which is shown once. It
        stays the same key: its usage, limits and budgets go on. Of secrets before, only the last can stay good.
      </p>
      <SelectField label="The secret so far is to" value={grace} choices={GRACES} onChoose={setGrace} />
    </ActForm>
  );
}
