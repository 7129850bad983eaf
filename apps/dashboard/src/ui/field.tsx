import { type ComponentProps, type ReactNode, useId } from 'react';
import { join } from './join.ts';

interface FieldProps {
  readonly label: string;
  /** What to write here, for whoever does not know. */
  readonly hint?: ReactNode;
  /** What is wrong with what stands here. */
  readonly problem?: string | undefined;
  readonly className?: string;
}

/** What ties words and an input together for those who do not see them side by side. */
interface Ties {
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': true | undefined;
}

const LOOK =
  'h-9 w-full min-w-0 rounded-md border bg-surface px-3 text-sm placeholder:text-ink-3 aria-invalid:border-bad border-line-strong';

interface TextFieldProps extends FieldProps, Omit<ComponentProps<'input'>, 'className' | 'onChange'> {
  readonly onText: (text: string) => void;
  /** Stands behind the input, such as the unit of it. */
  readonly unit?: string;
  /** What has been written in this place before, offered while one writes. */
  readonly known?: readonly string[];
}

/** One line of text with its label, and what is wrong with it right below. */
export function TextField({ label, hint, problem, className, onText, unit, known, ...input }: TextFieldProps) {
  const listId = useId();
  return (
    <Framed label={label} hint={hint} problem={problem} className={className}>
      {(ties) => (
        <span className="flex items-center gap-2">
          <input
            autoComplete="off"
            spellCheck={false}
            {...input}
            {...ties}
            list={known === undefined ? undefined : listId}
            onChange={(event) => onText(event.target.value)}
            className={LOOK}
          />
          {unit !== undefined && <span className="shrink-0 text-sm text-ink-2">{unit}</span>}
          {known !== undefined && (
            <datalist id={listId}>
              {known.map((text) => (
                <option key={text} value={text} />
              ))}
            </datalist>
          )}
        </span>
      )}
    </Framed>
  );
}

interface TextAreaProps extends FieldProps, Omit<ComponentProps<'textarea'>, 'className' | 'onChange'> {
  readonly onText: (text: string) => void;
}

/** Several lines that a machine reads, with their label, and what is wrong with them right below. */
export function TextArea({ label, hint, problem, className, onText, ...area }: TextAreaProps) {
  return (
    <Framed label={label} hint={hint} problem={problem} className={className}>
      {(ties) => (
        <textarea
          autoComplete="off"
          spellCheck={false}
          {...area}
          {...ties}
          onChange={(event) => onText(event.target.value)}
          className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 font-mono text-sm placeholder:text-ink-3 aria-invalid:border-bad"
        />
      )}
    </Framed>
  );
}

interface SelectFieldProps<V extends string> extends FieldProps {
  readonly value: V;
  readonly choices: readonly { readonly value: V; readonly label: string }[];
  readonly disabled?: boolean;
  readonly onChoose: (value: V) => void;
}

/** One of a few; the browser's own list, which every keyboard and every phone knows. */
export function SelectField<V extends string>(props: SelectFieldProps<V>) {
  const { label, hint, problem, className, value, choices, disabled, onChoose } = props;
  return (
    <Framed label={label} hint={hint} problem={problem} className={className}>
      {(ties) => (
        <select
          {...ties}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            const chosen = choices.find((choice) => choice.value === event.target.value);
            if (chosen) onChoose(chosen.value);
          }}
          className={join(LOOK, 'pr-2 disabled:opacity-60')}
        >
          {choices.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      )}
    </Framed>
  );
}

interface FramedProps extends Omit<FieldProps, 'className'> {
  readonly className?: string | undefined;
  readonly children: (ties: Ties) => ReactNode;
}

/** A label, what belongs to it, and below it what to write there or what is wrong. */
export function Framed({ label, hint, problem, className, children }: FramedProps) {
  const id = useId();
  const aboutId = `${id}-about`;
  return (
    <div className={join('flex min-w-0 flex-col gap-1', className)}>
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': aboutId, 'aria-invalid': problem === undefined ? undefined : true })}
      <span id={aboutId} className={join('min-h-4.5 text-xs', problem === undefined ? 'text-ink-3' : 'text-bad')}>
        {problem ?? hint}
      </span>
    </div>
  );
}
