import type { z } from 'zod';

/**
 * What a field must be, to stand behind its name: `must not be empty`, `is missing`. Give it to a check as its `error`: where
 * the schema says it in words of its own, those are kept.
 */
export function toDemand(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${TYPES[issue.expected] ?? `a ${issue.expected}`}`;
    case 'too_small':
      if (issue.minimum === 1 && issue.origin !== 'number' && issue.origin !== 'int') return 'must not be empty';
      return `must ${toBound(issue.origin, 'at least', issue.minimum)}`;
    case 'too_big':
      return `must ${toBound(issue.origin, 'at most', issue.maximum)}`;
    case 'invalid_value':
      return toChoice(issue.values);
    case 'invalid_union':
      return Array.isArray(issue.options) ? toChoice(issue.options) : 'has none of the forms that it may have';
    case 'unrecognized_keys':
      return `there is no field ${issue.keys.join(', ')}`;
    case 'invalid_format':
      return `must be ${FORMATS[issue.format] ?? 'written in another form'}`;
    default:
      return 'is not what it must be';
  }
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'an id such as 0190a0b1-6f2c-7d3e-8a4b-5c6d7e8f9a0b',
  datetime: 'an instant such as 2027-01-31T12:00:00Z',
  date: 'a day such as 2027-01-31',
  url: 'an address that begins with https://',
};

function toBound(origin: string, words: string, bound: number | bigint): string {
  const unit = { string: 'characters', array: 'entries' }[origin];
  return unit === undefined ? `be ${words} ${bound}` : `have ${words} ${bound} ${unit}`;
}

function toChoice(values: readonly unknown[]): string {
  const choice = values.map(String).join(', ');
  return values.length === 1 ? `must be ${choice}` : `must be one of ${choice}`;
}
