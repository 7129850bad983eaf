import { isObject } from '../json/is-object.ts';
import { stripReminders } from '../normalise/strip-reminders.ts';

/** What one message says, as it is searched. */
export interface MessageText {
  readonly role: 'user' | 'assistant' | 'system';
  /** Everything that can be read in it, part after part; empty where it says nothing in words. */
  readonly text: string;
  /**
   * The same without thinking, which clients may leave out when they send an answer back: what tells an answer and its
   * copies from other messages.
   */
  readonly identity: string;
  /** The calls in it, by their ids. */
  readonly calls: ReadonlyMap<string, string>;
  /** Ids of the calls that it gives the results of. */
  readonly resultIds: readonly string[];
}

/** Reads one parsed element of `messages`, or the message of an answer. Null for what has neither role nor content. Never throws. */
export function readMessageText(message: unknown): MessageText | null {
  if (!isObject(message)) return null;
  const { role, content } = message;
  if (role !== 'user' && role !== 'assistant' && role !== 'system') return null;
  return toMessageText(role, content);
}

/** Reads the system prompt, or one element of it: a text or a block. */
export function readSystemText(system: unknown): MessageText {
  return toMessageText('system', isObject(system) ? [system] : system);
}

/** What holds no words for people: ids, signatures, encrypted and encoded bytes. */
const WORDLESS = new Set([
  'type',
  'id',
  'tool_use_id',
  'signature',
  'data',
  'encrypted_content',
  'encrypted_index',
  'encrypted_stdout',
  'media_type',
  'cache_control',
  'caller',
]);

/** Deeper than this nobody writes by hand; a body that is all brackets must not end the reader. */
const DEPTH_MAX = 40;

function toMessageText(role: MessageText['role'], content: unknown): MessageText {
  const said: string[] = [];
  const thought: string[] = [];
  const calls = new Map<string, string>();
  const resultIds: string[] = [];
  const blocks: unknown[] = Array.isArray(content) ? content : [content];
  for (const block of blocks) {
    if (!isObject(block)) {
      collect(said, block, 0);
      continue;
    }
    const { type, id, name, tool_use_id: resultId } = block;
    if (type === 'thinking') collect(thought, block['thinking'], 0);
    else collect(said, block, 0);
    if (isNamed(type, 'tool_use') && typeof id === 'string' && typeof name === 'string') calls.set(id, name);
    if (isNamed(type, 'tool_result') && typeof resultId === 'string') resultIds.push(resultId);
  }
  const words = join(said);
  return {
    role,
    text: join([...thought, words]),
    identity: words === '' ? join(thought) : words,
    calls,
    resultIds,
  };
}

/** Own tools and those that run at Claude's: `tool_use`, `server_tool_use`, `web_search_tool_result`. */
function isNamed(type: unknown, end: string): boolean {
  return typeof type === 'string' && type.endsWith(end);
}

/** Every text in `value`, in order. The notes that clients put between tags were not said by anybody. */
function collect(texts: string[], value: unknown, depth: number): void {
  if (typeof value === 'string') {
    texts.push(stripReminders(value));
    return;
  }
  if (depth > DEPTH_MAX || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(texts, item, depth + 1);
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    // `source.data` of a plain-text document is its text; of an image it is the picture.
    const isText = name === 'data' && Object.entries(value).some(([key, type]) => key === 'type' && type === 'text');
    if (isText || !WORDLESS.has(name)) collect(texts, member, depth + 1);
  }
}

function join(texts: readonly string[]): string {
  return texts
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .join('\n');
}
