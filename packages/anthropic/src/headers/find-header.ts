import type { HeaderList } from './header-list.ts';

/** The first value of a header, told by its name in lower case, however it was written; null where it was not sent. */
export function findHeader(headers: HeaderList, name: string): string | null {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1] ?? null;
}
