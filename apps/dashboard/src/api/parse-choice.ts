import { InvalidFilter } from './invalid-filter.ts';

/**
 * What an address says under `name`, where it is one of `choices`; undefined where it says nothing.
 * @throws {InvalidFilter} where it is none of them.
 */
export function parseChoice<Choice extends string>(
  name: string,
  search: Readonly<Record<string, unknown>>,
  choices: readonly Choice[],
): Choice | undefined {
  const said = search[name];
  if (said === undefined || said === '') return undefined;
  const choice = choices.find((one) => one === said);
  if (choice === undefined) throw new InvalidFilter(name, `use one of ${choices.join(', ')}`);
  return choice;
}
