import { SelectField, TextField } from '../../ui/field.tsx';
import type { Ending } from './to-end-instant.ts';

interface EndFieldProps {
  readonly label: string;
  readonly ending: Ending;
  readonly problem: string | undefined;
  readonly onEnding: (ending: Ending) => void;
}

const CHOICES = [
  { value: 'never', label: 'Never' },
  { value: '7', label: 'In 7 days' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'date', label: 'After a day…' },
] as const;
type Chosen = (typeof CHOICES)[number]['value'];

/** When a key is to end. */
export function EndField({ label, ending, problem, onEnding }: EndFieldProps) {
  const isDate = ending.kind === 'date';
  return (
    <div className="grid grid-cols-2 gap-x-4">
      <SelectField
        label={label}
        value={toChosen(ending)}
        choices={CHOICES}
        problem={isDate ? undefined : problem}
        className={isDate ? '' : 'col-span-2 sm:col-span-1'}
        onChoose={(chosen) => onEnding(toEnding(chosen))}
      />
      {isDate && (
        <TextField
          label="Last day"
          type="date"
          value={ending.date}
          problem={problem}
          onText={(date) => onEnding({ kind: 'date', date })}
        />
      )}
    </div>
  );
}

function toChosen(ending: Ending): Chosen {
  if (ending.kind !== 'days') return ending.kind;
  return CHOICES.find(({ value }) => value === String(ending.days))?.value ?? '30';
}

function toEnding(chosen: Chosen): Ending {
  if (chosen === 'never') return { kind: 'never' };
  return chosen === 'date' ? { kind: 'date', date: '' } : { kind: 'days', days: Number(chosen) };
}
