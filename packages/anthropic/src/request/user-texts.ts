import { isObject } from '../json/is-object.ts';

/** The texts of one message or of `system`: a string, or the `text` of each block. */
export function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown) =>
    isObject(block) && block['type'] === 'text' && typeof block['text'] === 'string' ? [block['text']] : [],
  );
}

/** The last text the user wrote, without what a client put beside it; empty where there is none. */
export function lastUserText(messages: readonly unknown[]): string {
  for (const message of messages.toReversed()) {
    if (!isObject(message) || message['role'] !== 'user') continue;
    const text = textsOf(message['content'])
      .map((written) => withoutReminders(written).trim())
      .findLast((written) => written !== '');
    if (text !== undefined) return text;
  }
  return '';
}

const OPEN = '<system-reminder>';
const CLOSE = '</system-reminder>';

/** Claude Code puts notes to the model into the user's messages between these tags. */
function withoutReminders(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const open = text.indexOf(OPEN, from);
    const close = open === -1 ? -1 : text.indexOf(CLOSE, open);
    if (close === -1) break;
    kept.push(text.slice(from, open));
    from = close + CLOSE.length;
  }
  return kept.join('') + text.slice(from);
}
