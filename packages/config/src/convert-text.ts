import type { Setting } from './setting.ts';

const YES = new Set(['true', '1', 'on', 'yes']);
const NO = new Set(['false', '0', 'off', 'no']);

/**
 * A setting's text from the environment or a flag as the value that the schema wants. A text that cannot be converted
 * is given back as it is, so that the schema, which knows what it wants, says what is wrong.
 */
export function convertText(setting: Setting, text: string): unknown {
  const trimmed = text.trim();
  switch (setting.kind) {
    case 'integer':
      return /^-?\d+$/.test(trimmed) ? Number(trimmed) : trimmed;
    case 'boolean':
    case 'boolean-or-word':
      return convertBoolean(trimmed);
    case 'list':
      return trimmed
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== '');
    case 'text':
      return trimmed;
    default:
      return setting.kind satisfies never;
  }
}

function convertBoolean(text: string): boolean | string {
  const word = text.toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : word;
}
