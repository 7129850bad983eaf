import { NewCredential, toDemand } from '@nexus/contract';
import type { CredentialField, CredentialForm } from './credential-forms.ts';

/** What stands in a form, by the names of its fields; where a secret stands is under its name and `@`. */
export type FormValues = Readonly<Record<string, string>>;

/** Where a secret may stand. */
export const SECRET_PLACES = ['here', 'env', 'file'] as const;
export type SecretPlace = (typeof SECRET_PLACES)[number];

export type MadeCredential =
  | { readonly ok: true; readonly credential: NewCredential }
  /** What is wrong, by field. */
  | { readonly ok: false; readonly problems: FormValues };

/** Which fields a form has, as it is filled in so far. */
export function listFields({ fields }: CredentialForm, values: FormValues): readonly CredentialField[] {
  const valueOf = (name: string): string =>
    values[name] ?? fields.find((field) => field.name === name)?.choices?.[0] ?? '';
  return fields.filter(({ when }) => when === undefined || when.is.includes(valueOf(when.field)));
}

/** Where the secret of a field stands, as the form says. */
export function toSecretPlace(field: string, values: FormValues): SecretPlace {
  return SECRET_PLACES.find((place) => place === values[`${field}@`]) ?? 'here';
}

/** The credential that a form describes, checked as the gateway will check it. */
export function toCredential(form: CredentialForm, values: FormValues): MadeCredential {
  const problems: Record<string, string> = {};
  const given: Record<string, unknown> = { type: form.type };
  for (const field of listFields(form, values)) {
    const read = readField(field, values);
    if (read.problem !== undefined) problems[field.name] = read.problem;
    else if (read.value !== undefined) given[field.name] = read.value;
  }
  if (Object.keys(problems).length > 0) return { ok: false, problems };
  const parsed = NewCredential.safeParse(given, { error: toDemand });
  if (parsed.success) return { ok: true, credential: parsed.data };
  for (const { path, message } of parsed.error.issues) problems[String(path[0] ?? 'type')] = toSentence(message);
  return { ok: false, problems };
}

interface ReadField {
  readonly value?: unknown;
  readonly problem?: string;
}

function readField(field: CredentialField, values: FormValues): ReadField {
  const { name, as, choices, optional = false } = field;
  const text = values[name] ?? choices?.[0] ?? '';
  if (as === 'consent')
    return text === 'yes' ? { value: true } : { problem: 'Needed: there is no such token without it.' };
  if (text.trim() === '') return optional ? {} : { problem: 'Needed.' };
  const place = toSecretPlace(name, values);
  if ((as === 'secret' || as === 'key') && place !== 'here') return { value: { [place]: text.trim() } };
  if (as === 'number') return { value: Number(text) };
  if (as === 'json') return readJson(text);
  // The blank at the end of a prefix, and the line ends of a key, belong to it.
  return { value: name === 'prefix' || as === 'key' ? text : text.trim() };
}

function readJson(text: string): ReadField {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? { value } : { problem: 'Must be a JSON object: { … }.' };
  } catch {
    return { problem: 'Is not JSON.' };
  }
}

function toSentence(message: string): string {
  return `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;
}
