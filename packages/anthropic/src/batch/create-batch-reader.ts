import { isObject } from '../json/is-object.ts';
import { toPlainText } from '../request/to-plain-text.ts';
import { TOOL_CALLS_MAX } from '../stream/answer-state.ts';
import { foldUsage } from '../usage/fold-usage.ts';
import type { Usage } from '../usage/usage.ts';

/** A message of a batch, as far as it is billed. */
export interface BatchMessage {
  /** Claude's own id of it, the same wherever its result is fetched. */
  readonly messageId: string;
  readonly model: string | null;
  /** Names of the tools that it called, in order, each once. */
  readonly toolNames: readonly string[];
  readonly usage: Usage;
}

/** What the results of a batch hold, by lines. */
export interface BatchTally {
  readonly succeeded: number;
  /** Errored, canceled and expired ones: Claude bills none of them. */
  readonly unbilled: number;
  /** Lines that are no result that we know, or too long to be read. */
  readonly unread: number;
  /** False where the end is missing, or lies beyond a bound. */
  readonly isWhole: boolean;
}

export interface BatchResults {
  readonly messages: readonly BatchMessage[];
  readonly tally: BatchTally;
}

/** Reads the results of a batch as they come, without holding more than a line of them. */
export interface BatchReader {
  /** The next decoded bytes, wherever they are cut. */
  add(bytes: Uint8Array): void;
  /** What was read. A last line that breaks off is not counted, and tells that the end is missing. */
  end(): BatchResults;
}

/** Claude takes no larger batch. */
const LINES_MAX = 100_000;
/** Four times what the longest answer of any model takes as JSON. */
const LINE_BYTES_MAX = 16 * 1024 * 1024;
const NAME_LENGTH_MAX = 200;
const NEWLINE = 0x0a;

/**
 * Results are one JSON object a line, in any order
 * (https://platform.claude.com/docs/en/build-with-claude/batch-processing).
 */
export function createBatchReader(): BatchReader {
  const messages: BatchMessage[] = [];
  const tally = { unbilled: 0, unread: 0, isWhole: true };
  const open = createOpenLine();
  let lines = 0;

  function count(result: LineResult, isEnded: boolean): void {
    if (result === 'blank') return;
    lines += 1;
    if (lines > LINES_MAX) tally.isWhole = false;
    else if (result === 'unbilled') tally.unbilled += 1;
    else if (result !== 'unread') messages.push(result);
    else if (isEnded) tally.unread += 1;
    else tally.isWhole = false;
  }

  return {
    add: (bytes) => {
      for (let start = 0; start < bytes.length && lines <= LINES_MAX;) {
        const end = bytes.indexOf(NEWLINE, start);
        open.add(bytes.subarray(start, end === -1 ? bytes.length : end));
        if (end === -1) return;
        count(readLine(open.take()), true);
        start = end + 1;
      }
    },
    end: () => {
      count(readLine(open.take()), false);
      return { messages, tally: { succeeded: messages.length, ...tally } };
    },
  };
}

/** A line whose end has not come yet. */
interface OpenLine {
  add(bytes: Uint8Array): void;
  /** All of it; null where it is too long to be read. */
  take(): Uint8Array | null;
}

function createOpenLine(): OpenLine {
  let parts: Uint8Array[] = [];
  let length = 0;
  return {
    add: (bytes) => {
      length += bytes.length;
      if (length > LINE_BYTES_MAX) parts = [];
      else if (bytes.length > 0) parts.push(bytes);
    },
    take: () => {
      const [first = EMPTY] = parts;
      const line = length > LINE_BYTES_MAX ? null : parts.length <= 1 ? first : join(parts, length);
      parts = [];
      length = 0;
      return line;
    },
  };
}

const EMPTY = new Uint8Array();

function join(parts: readonly Uint8Array[], length: number): Uint8Array {
  const joined = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

type LineResult = BatchMessage | 'unbilled' | 'unread' | 'blank';

const UNBILLED: ReadonlySet<unknown> = new Set(['errored', 'canceled', 'expired']);

const UTF_8 = new TextDecoder();

function readLine(line: Uint8Array | null): LineResult {
  if (line === null) return 'unread';
  const text = UTF_8.decode(line).trim();
  if (text === '') return 'blank';
  const parsed = parseJson(text);
  const result = isObject(parsed) ? parsed['result'] : null;
  if (!isObject(result)) return 'unread';
  if (UNBILLED.has(result['type'])) return 'unbilled';
  return result['type'] === 'succeeded' && isObject(result['message']) ? readMessage(result['message']) : 'unread';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A message without an id could not be told from one that was counted before. */
function readMessage(message: Readonly<Record<string, unknown>>): BatchMessage | 'unread' {
  const { id, model, content } = message;
  const usage = foldUsage(null, message['usage']);
  if (usage === null || typeof id !== 'string' || id === '' || id.length > NAME_LENGTH_MAX) return 'unread';
  return {
    messageId: id,
    model: typeof model === 'string' ? toPlainText(model, NAME_LENGTH_MAX) : null,
    toolNames: listToolNames(content),
    // What comes out of a batch was billed as one, also where the line does not say so.
    usage: { ...usage, serviceTier: 'batch' },
  };
}

function listToolNames(content: unknown): readonly string[] {
  const names: string[] = [];
  for (const block of Array.isArray(content) ? content : []) {
    if (!isObject(block) || typeof block['type'] !== 'string' || !block['type'].endsWith('tool_use')) continue;
    if (typeof block['name'] !== 'string' || names.length === TOOL_CALLS_MAX) continue;
    names.push(toPlainText(block['name'], NAME_LENGTH_MAX));
  }
  return names;
}
