import { isObject } from '../json/is-object.ts';
import { toPlainText } from '../request/to-plain-text.ts';
import { asksForTitle } from '../request/to-request-kind.ts';
import { lastUserText, textsOf } from '../request/user-texts.ts';

const TITLE_LENGTH_MAX = 200;
const JSON_LENGTH_MAX = 10_000;

/** Words by which clients ask for a title where they do not ask by structured output. */
const TITLE_WORDS = ['Return a short title', 'Please write a 5-10 word title'];
const TITLE_SYSTEM_WORDS = [
  'Analyze if this message indicates a new conversation topic',
  'Summarize this coding conversation',
];

/**
 * The title of a conversation, where `requestBody` asks for one and `message` (the whole answer) gives it: as JSON with
 * a `title`, else as plain text. Null otherwise.
 */
export function readTitle({
  requestBody,
  message,
}: {
  readonly requestBody: unknown;
  readonly message: unknown;
}): string | null {
  if (!isObject(requestBody) || !isObject(message) || !isTitleRequest(requestBody)) return null;
  const text = textsOf(message['content']).join('').trim();
  const title = toPlainText(titleOf(text), TITLE_LENGTH_MAX);
  return title === '' ? null : title;
}

function isTitleRequest(body: Record<string, unknown>): boolean {
  if (asksForTitle(body)) return true;
  const messages: unknown[] = Array.isArray(body['messages']) ? body['messages'] : [];
  const userText = lastUserText(messages);
  if (TITLE_WORDS.some((words) => userText.startsWith(words))) return true;
  return textsOf(body['system']).some((text) => TITLE_SYSTEM_WORDS.some((words) => text.includes(words)));
}

/** Old title requests prefill the opening brace, so that the answer may begin behind it. */
function titleOf(text: string): string {
  if (text.length > JSON_LENGTH_MAX) return '';
  const looksLikeJson = text.startsWith('{') || text.includes('"title"');
  if (!looksLikeJson) return text;
  try {
    const parsed: unknown = JSON.parse(text.startsWith('{') ? text : `{${text}`);
    return isObject(parsed) && typeof parsed['title'] === 'string' ? parsed['title'] : '';
  } catch {
    return '';
  }
}
