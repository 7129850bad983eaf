import { useState } from 'react';
import type { CredentialForm } from './credential-forms.ts';
import { type FormValues, type MadeCredential, toCredential } from './to-credential.ts';

/** What is being filled in. It lives in the dialog alone, so that a secret goes away with it. */
export interface CredentialFormState {
  readonly form: CredentialForm;
  readonly values: FormValues;
  readonly problems: FormValues;
  /** Another kind begins empty. */
  readonly choose: (form: CredentialForm) => void;
  readonly set: (name: string, value: string) => void;
  /** The credential as it stands; what is wrong with it is shown. */
  readonly make: (others?: FormValues) => Extract<MadeCredential, { ok: true }>['credential'] | null;
}

export function useCredentialForm(first: CredentialForm): CredentialFormState {
  const [form, setForm] = useState(first);
  const [values, setValues] = useState<FormValues>({});
  const [problems, setProblems] = useState<FormValues>({});
  return {
    form,
    values,
    problems,
    choose(next) {
      setForm(next);
      setValues({});
      setProblems({});
    },
    set(name, value) {
      setValues((before) => ({ ...before, [name]: value }));
      setProblems(({ [name]: _solved, ...others }) => others);
    },
    make(others = {}) {
      const made = toCredential(form, values);
      setProblems({ ...(made.ok ? {} : made.problems), ...others });
      return made.ok && Object.keys(others).length === 0 ? made.credential : null;
    },
  };
}
