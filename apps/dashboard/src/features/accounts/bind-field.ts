import type { FormValues } from './to-credential.ts';

/** What stands in the fields of a form, and what is wrong, both by the name of the field. */
export interface FieldsProps {
  readonly values: FormValues;
  readonly problems: FormValues;
  readonly onValue: (name: string, value: string) => void;
}

/** The part of a field's props that its name decides. */
export function bindField({ values, problems, onValue }: FieldsProps, name: string) {
  return {
    value: values[name] ?? '',
    problem: problems[name],
    onText: (text: string) => onValue(name, text),
  };
}
