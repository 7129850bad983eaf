import { isObject } from '../json/is-object.ts';
import { stripReminders } from '../normalise/strip-reminders.ts';

/** The texts of one message or of `system`: a string, or the `text` of each block. */
export function textsOf(content: unknown): string[] {
  if (typeof content === 'string') return [content];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown) =>
    isObject(block) && block['type'] === 'text' && typeof block['text'] === 'string' ? [block['text']] : [],
  );
}

/**
 * The last text the user wrote, without what a client put beside it; empty where there is none. News of background tasks
 * that a client tells in the user's place are given in short.
 */
export function lastUserText(messages: readonly unknown[]): string {
  for (const message of messages.toReversed()) {
    if (!isObject(message) || message['role'] !== 'user') continue;
    const text = textsOf(message['content'])
      .map((written) => toShortNews(stripReminders(written).trim()))
      .findLast((written) => written !== '');
    if (text !== undefined) return text;
  }
  return '';
}

/** What `<task-notification>`s say in their summaries, where a text is nothing else; any other text as it is. */
function toShortNews(text: string): string {
  if (!text.startsWith('<task-notification>')) return text;
  const summaries = [...text.matchAll(/<summary>([^<]+)<\/summary>/g)].map((match) => match[1] ?? '');
  return summaries.length === 0 ? text : summaries.join('; ');
}
