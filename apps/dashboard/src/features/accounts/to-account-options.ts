import { OPERATIONS, type OperationArguments, toDemand } from '@nexus/contract';
import type { CredentialForm } from './credential-forms.ts';
import type { FormValues } from './to-credential.ts';

const Options = OPERATIONS['account.add'].input.pick({ weight: true, priority: true, models: true, upstream: true });

export type AccountOptions = Pick<OperationArguments<'account.add'>, 'weight' | 'priority' | 'models' | 'upstream'>;

export interface ReadOptions {
  readonly options: AccountOptions;
  /** What is wrong, by field. */
  readonly problems: FormValues;
}

/** The share of an account, its upstream and what is changed on the way, as far as somebody said so. */
export function toAccountOptions(values: FormValues, { withoutBetas }: CredentialForm): ReadOptions {
  const text = (field: string) => (values[field] ?? '').trim();
  const problems: Record<string, string> = {};
  function read<T>(field: string, readLine: (line: string) => T | null, form: string): T[] {
    const lines = text(field)
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    return lines.flatMap((line) => {
      const made = readLine(line);
      if (made === null) problems[field] = `“${line}” is not of the form ${form}.`;
      return made === null ? [] : [made];
    });
  }
  const upstream = {
    ...(text('baseUrl') && { baseUrl: text('baseUrl') }),
    ...(text('proxyUrl') && { proxyUrl: text('proxyUrl') }),
    ...(text('caFile') && { caFile: text('caFile') }),
    ...whereSome('paths', Object.fromEntries(read('paths', toPair, '/beginning = /instead'))),
    ...whereSome('setHeaders', Object.fromEntries(read('setHeaders', toHeader, 'name: value'))),
    ...whereSome(
      'removeHeaders',
      text('removeHeaders')
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
    ...whereSome('withoutBetas', [...(withoutBetas ?? []), ...read('withoutBetas', toBeta, 'beta field')]),
  };
  const given = {
    ...(text('weight') && { weight: Number(text('weight')) }),
    ...(text('priority') && { priority: Number(text('priority')) }),
    ...whereSome(
      'models',
      text('models')
        .split(/[\s,]+/)
        .filter(Boolean),
    ),
    ...whereSome('upstream', upstream),
  };
  const parsed = Options.safeParse(given, { error: toDemand });
  for (const issue of parsed.error?.issues ?? []) {
    const [first, second, third] = issue.path;
    const field = String((first === 'upstream' ? second : first) ?? 'baseUrl');
    const why = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    problems[field] ??= third === undefined ? `${toUpper(why)}.` : `“${String(third)}” ${why}.`;
  }
  return { options: given, problems };
}

/** Under its name; nothing where it holds nothing. */
function whereSome<N extends string, T extends object>(name: N, values: T): { readonly [K in N]?: T } {
  return Object.keys(values).length === 0 ? {} : toNamed(name, values);
}

function toNamed<N extends string, T>(name: N, value: T): { readonly [K in N]?: T };
function toNamed(name: string, value: unknown): object {
  return { [name]: value };
}

function toPair(line: string): readonly [from: string, to: string] | null {
  const [from = '', to = '', ...others] = line.split(/\s*(?:→|=>|=|\s)\s*/);
  return from === '' || to === '' || others.length > 0 ? null : [from, to];
}

function toHeader(line: string): readonly [name: string, value: string] | null {
  const colon = line.indexOf(':');
  return colon < 1 ? null : [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
}

function toBeta(line: string): { readonly beta: string; readonly field?: string } | null {
  const [beta = '', field, ...others] = line.split(/[\s,]+/);
  if (beta === '' || others.length > 0) return null;
  return field === undefined ? { beta } : { beta, field };
}

function toUpper(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
