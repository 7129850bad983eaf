import { ApiError } from '@nexus/contract';

/** What is wrong, by the field it is about. */
export type Problems = Readonly<Record<string, string>>;

/** What is wrong with a field that is to hold a count. */
export const COUNT_WORDS = 'A whole number from 1 on; empty is no limit.';

/** What a check of the contract says, in the words of `words` where it has some for a field. */
export function toProblems(
  issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[],
  words: Problems,
): Problems {
  return Object.fromEntries(
    issues.map(({ path, message }) => {
      // Of a list, such as labels, the list is the field.
      const field = path.findLast((part) => typeof part === 'string') ?? '';
      return [field, words[field] ?? message];
    }),
  );
}

/**
 * What the gateway found wrong, where it names one of `fields`: it begins with the name of the field. Null where the error is
 * about the whole.
 */
export function toAnsweredProblems(error: Error | null, fields: readonly string[]): Problems | null {
  if (!(error instanceof ApiError) || error.code !== 'field-invalid') return null;
  const said = error.message.split('; ').flatMap((problem) => {
    const field = fields.find((name) => problem.startsWith(`${name}: `));
    return field === undefined ? [] : [[field, problem.slice(field.length + 2)] as const];
  });
  return said.length === 0 ? null : Object.fromEntries(said);
}
