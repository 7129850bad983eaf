import { KEY_SCOPES, OPERATIONS, type OperationArguments, toDemand } from '@nexus/contract';
import { areNone, readLimits, type LimitTexts } from '../../rules/read-limits.ts';
import { COUNT_WORDS, type Problems, toProblems } from '../../rules/to-problems.ts';
import type { KeyScope } from '../../words/key-words.ts';
import { type Ending, toEndInstant } from './to-end-instant.ts';

/** What stands in the form of a new key. */
export interface KeyForm {
  readonly name: string;
  readonly owner: string;
  readonly project: string;
  readonly domain: string;
  /** Apart by commas. */
  readonly labels: string;
  readonly scopes: ReadonlySet<KeyScope>;
  readonly ending: Ending;
  readonly limits: LimitTexts;
}

export type KeyArguments = OperationArguments<'key.create'>;

const FIELD_WORDS: Problems = {
  name: 'Give it a name, so that it is known again.',
  scopes: 'Choose at least one.',
  domain: 'Write a host name without port, such as team.example.com.',
};

/** The arguments of a new key, or what is wrong with the form, by field. */
export function toKeyArguments(
  form: KeyForm,
  now: number,
): { readonly kind: 'key'; readonly key: KeyArguments } | { readonly kind: 'wrong'; readonly problems: Problems } {
  const limits = readLimits(form.limits);
  const end = toEndInstant(form.ending, now);
  const input = {
    name: form.name.trim(),
    ...filled('owner', form.owner),
    ...filled('project', form.project),
    ...filled('domain', form.domain),
    labels: form.labels
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
    scopes: KEY_SCOPES.filter((scope) => form.scopes.has(scope)),
    ...(end.kind === 'at' && { expiresAt: end.iso }),
    ...(limits.kind === 'limits' && !areNone(limits.limits) && { limits: limits.limits }),
  };
  const parsed = OPERATIONS['key.create'].input.safeParse(input, { error: toDemand });
  const problems = {
    ...(parsed.success ? {} : toProblems(parsed.error.issues, FIELD_WORDS)),
    ...(limits.kind === 'unread' ? Object.fromEntries(limits.names.map((name) => [name, COUNT_WORDS])) : {}),
    ...(end.kind === 'wrong' ? { expiresAt: end.problem } : {}),
  };
  return parsed.success && Object.keys(problems).length === 0
    ? { kind: 'key', key: parsed.data }
    : { kind: 'wrong', problems };
}

function filled<N extends string>(name: N, text: string): { readonly [K in N]?: string } | object {
  return text.trim() === '' ? {} : { [name]: text.trim() };
}
