import { Framed } from '../../ui/field.tsx';
import { join } from '../../ui/join.ts';
import type { CredentialField } from './credential-forms.ts';
import { type FormValues, SECRET_PLACES, type SecretPlace, toSecretPlace } from './to-credential.ts';

interface SecretFieldProps {
  readonly field: CredentialField;
  readonly label: string;
  readonly hint: string;
  readonly problem: string | undefined;
  readonly values: FormValues;
  readonly onValue: (name: string, value: string) => void;
}

const PLACE_WORDS: Record<
  SecretPlace,
  { readonly label: string; readonly placeholder: string; readonly hint: string }
> = {
  here: { label: 'Given here', placeholder: '', hint: '' },
  env: {
    label: 'In a variable',
    placeholder: 'TEAM_A_KEY',
    hint: 'The name of a variable of the gateway’s environment. The secret itself stays there.',
  },
  file: {
    label: 'In a file',
    placeholder: '/run/secrets/claude-key',
    hint: 'A file that the gateway can read, and reads again when it changes. The secret itself stays there.',
  },
};

const LOOK =
  'min-w-0 grow rounded-md border border-line-strong bg-surface px-3 font-mono text-sm placeholder:text-ink-3 aria-invalid:border-bad';

/** A secret on its way in. It is shown to nobody, kept by no browser, and never comes back. */
export function SecretField({ field, label, hint, problem, values, onValue }: SecretFieldProps) {
  const { name, as, placeholder = '' } = field;
  const place = toSecretPlace(name, values);
  const words = PLACE_WORDS[place];
  const isHere = place === 'here';
  const input = {
    value: values[name] ?? '',
    autoComplete: 'off',
    spellCheck: false,
    placeholder: isHere ? placeholder : words.placeholder,
  };
  return (
    <Framed label={label} hint={isHere ? hint : words.hint} problem={problem}>
      {(ties) => (
        <span className="flex items-start gap-2">
          {isHere && as === 'key' ? (
            <textarea
              {...ties}
              {...input}
              rows={4}
              onChange={(event) => onValue(name, event.target.value)}
              className={join(LOOK, 'py-2 [-webkit-text-security:disc]')}
            />
          ) : (
            <input
              {...ties}
              {...input}
              type={isHere ? 'password' : 'text'}
              onChange={(event) => onValue(name, event.target.value)}
              className={join(LOOK, 'h-9')}
            />
          )}
          <select
            aria-label={`Where the secret stands: ${label}`}
            value={place}
            onChange={(event) => {
              // What was typed as a secret must not turn up as the name of a file.
              onValue(name, '');
              onValue(`${name}@`, event.target.value);
            }}
            className="h-9 w-32 shrink-0 rounded-md border border-line-strong bg-surface px-2 text-sm"
          >
            {SECRET_PLACES.map((choice) => (
              <option key={choice} value={choice}>
                {PLACE_WORDS[choice].label}
              </option>
            ))}
          </select>
        </span>
      )}
    </Framed>
  );
}
