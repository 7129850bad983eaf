import { Fold } from '../../ui/fold.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { join } from '../../ui/join.ts';
import type { CredentialField, CredentialForm } from './credential-forms.ts';
import { SecretField } from './secret-field.tsx';
import { type FormValues, listFields } from './to-credential.ts';

export interface FieldsProps {
  readonly form: CredentialForm;
  readonly values: FormValues;
  readonly problems: FormValues;
  readonly onValue: (name: string, value: string) => void;
}

/** What a credential of one kind is asked for; what few need is folded away. */
export function CredentialFields({ form, values, problems, onValue }: FieldsProps) {
  const fields = listFields(form, values);
  const rare = fields.filter((field) => field.rare);
  const shown = (field: CredentialField) => (
    <div key={field.name} className={isShort(field) ? '' : 'sm:col-span-2'}>
      <OneField field={field} values={values} problem={problems[field.name]} onValue={onValue} />
    </div>
  );
  return (
    <>
      <div className={GRID}>{fields.filter((field) => !field.rare).map(shown)}</div>
      {rare.length > 0 && (
        <Fold title="Rarely needed" note={rare.map(({ label }) => label.toLowerCase()).join(', ')} className="-mx-2">
          {() => <div className={join(GRID, 'px-2 pt-2')}>{rare.map(shown)}</div>}
        </Fold>
      )}
    </>
  );
}

const GRID = 'grid gap-x-3 gap-y-2 sm:grid-cols-2';

/** Two of them stand in a line. */
function isShort({ name, as }: CredentialField): boolean {
  return (as === 'text' && name !== 'tokenUrl') || as === 'number';
}

interface OneFieldProps extends Omit<FieldsProps, 'form' | 'problems'> {
  readonly field: CredentialField;
  readonly problem: string | undefined;
}

function OneField({ field, values, problem, onValue }: OneFieldProps) {
  const { name, label, help, as, choices, optional, placeholder } = field;
  const value = values[name] ?? '';
  const set = (text: string) => onValue(name, text);
  const frame = { label: optional ? `${label} (optional)` : label, hint: help, problem };
  if (choices !== undefined) {
    const [first = ''] = choices;
    const options = choices.map((choice) => ({ value: choice, label: choice }));
    return <SelectField {...frame} value={value === '' ? first : value} choices={options} onChoose={set} />;
  }
  if (as === 'secret' || as === 'key') {
    return <SecretField {...frame} field={field} values={values} onValue={onValue} />;
  }
  if (as === 'consent') return <Consent {...frame} given={value === 'yes'} onGiven={(is) => set(is ? 'yes' : '')} />;
  if (as === 'json') return <TextArea {...frame} rows={3} value={value} placeholder={placeholder} onText={set} />;
  return (
    <TextField
      {...frame}
      value={value}
      placeholder={placeholder}
      inputMode={as === 'number' ? 'numeric' : undefined}
      onText={set}
    />
  );
}

interface ConsentProps {
  readonly label: string;
  readonly hint: string;
  readonly problem: string | undefined;
  readonly given: boolean;
  readonly onGiven: (given: boolean) => void;
}

function Consent({ label, hint, problem, given, onGiven }: ConsentProps) {
  return (
    <label className="flex items-start gap-2.5 rounded-md bg-warn-soft px-3 py-2.5 text-sm text-warn">
      <input
        type="checkbox"
        checked={given}
        onChange={(event) => onGiven(event.target.checked)}
        className="mt-0.5 size-4 shrink-0 accent-current"
      />
      <span className="flex flex-col gap-0.5">
        <span className="font-medium">{label}</span>
        <span className={problem === undefined ? 'text-xs' : 'text-xs font-semibold'}>{problem ?? hint}</span>
      </span>
    </label>
  );
}
