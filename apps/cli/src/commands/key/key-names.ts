import type { Perform } from '../../with-operations.ts';

/** Names of all keys by their ids. */
export async function loadKeyNames(perform: Perform): Promise<ReadonlyMap<string, string>> {
  const { keys } = await perform('key.list', {});
  return new Map(keys.map(({ keyId, name }) => [keyId, name]));
}

interface Subject {
  readonly subjectKind: string;
  readonly subject: string;
}

/** A subject of limits and budgets as people know it: a key by its name, and its id, since names may be several keys’. */
export function toSubjectWords({ subjectKind, subject }: Subject, keyNames: ReadonlyMap<string, string>): string {
  const name = subjectKind === 'key' ? keyNames.get(subject) : undefined;
  return name === undefined ? subject : `${name} (${subject})`;
}
