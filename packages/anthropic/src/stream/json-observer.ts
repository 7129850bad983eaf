import { createByteBuffer } from '../bytes/byte-buffer.ts';
import { isKey, parseSpan, readString, scanArray, scanObject, type Span } from '../json/scan-json.ts';
import { OPEN_BRACKET, skipSpace } from '../json/skip-json.ts';
import { isObject } from '../json/is-object.ts';
import { foldUsage } from '../usage/fold-usage.ts';
import { type AnswerObserver, type AnswerState, TOOL_CALLS_MAX } from './answer-state.ts';
import { readErrorType } from './read-error-type.ts';
import { readToolName } from './read-tool-name.ts';

/** Claude's own bound for a body; a longer one passes unobserved. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

const NOTHING_SEEN: AnswerState = {
  usage: null,
  usageFinal: false,
  outputTokens: 0,
  outputTokensEstimated: true,
  contentBytes: 0,
  stopReason: null,
  errorType: null,
  modelServed: null,
  sawContent: false,
  firstContentSeen: false,
  ended: false,
  malformed: false,
  toolNames: [],
};

/** The observer of a JSON body: gathers a copy and reads it once, at its end. */
export function createJsonObserver(): AnswerObserver {
  // Nearly every body comes in one piece: made to measure, its copy is one allocation.
  const body = createByteBuffer(0);
  let overlong = false;
  let state: AnswerState = NOTHING_SEEN;
  return {
    push(bytes) {
      overlong ||= body.length + bytes.length > BODY_BYTES_MAX;
      if (overlong) body.clear();
      else body.append(bytes);
    },
    end() {
      if (!overlong) state = readBody(body.view());
      body.clear();
    },
    state: () => state,
  };
}

const FIELDS = ['usage', 'stop_reason', 'model', 'error', 'content', 'type'] as const;

/** Up to here parsing the whole body costs an eighth of stepping over it; beyond, content is stepped over. */
const PARSED_BYTES_MAX = 65_536;

function readBody(body: Uint8Array): AnswerState {
  const message = body.length <= PARSED_BYTES_MAX ? parseSpan(body, { start: 0, end: body.length }) : undefined;
  return isObject(message) ? readMessage(message) : scanBody(body);
}

function readMessage(message: Record<string, unknown>): AnswerState {
  const usage = foldUsage(null, message['usage']);
  const content = Array.isArray(message['content']) ? message['content'] : [];
  return {
    usage,
    usageFinal: usage !== null,
    outputTokens: usage?.outputTokens ?? 0,
    outputTokensEstimated: usage === null,
    contentBytes: 0,
    stopReason: toText(message['stop_reason']),
    errorType: readErrorType(message),
    modelServed: message['type'] === 'message' ? toText(message['model']) : null,
    sawContent: content.length > 0,
    firstContentSeen: content.length > 0,
    ended: true,
    malformed: false,
    toolNames: listToolNames(content),
  };
}

function toText(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function listToolNames(content: readonly unknown[]): readonly string[] {
  const names: string[] = [];
  for (const block of content) {
    if (!isObject(block) || typeof block['type'] !== 'string' || !block['type'].endsWith('tool_use')) continue;
    if (typeof block['name'] === 'string' && names.length < TOOL_CALLS_MAX) names.push(block['name']);
  }
  return names.length === 0 ? NOTHING_SEEN.toolNames : names;
}

/** Steps over the content and parses only the small fields: what is long, and what breaks off. */
function scanBody(body: Uint8Array): AnswerState {
  const found: Record<(typeof FIELDS)[number], Span | null> = {
    usage: null,
    stop_reason: null,
    model: null,
    error: null,
    content: null,
    type: null,
  };
  const scanned = scanObject(body, skipSpace(body, 0), (key, value) => {
    for (const name of FIELDS) {
      if (isKey(body, key, name)) found[name] = value;
    }
  });
  const text = (span: Span | null): string | null => (span === null ? null : readString(body, span));
  const usage = foldUsage(null, found.usage === null ? null : parseSpan(body, found.usage));
  const error = found.error === null ? null : parseSpan(body, found.error);
  const content = readContent(body, found.content);
  return {
    ...NOTHING_SEEN,
    usage,
    usageFinal: usage !== null,
    outputTokens: usage?.outputTokens ?? 0,
    outputTokensEstimated: usage === null,
    stopReason: text(found.stop_reason),
    errorType: isObject(error) ? readErrorType({ error }) : null,
    modelServed: text(found.type) === 'message' ? text(found.model) : null,
    sawContent: content.blocks > 0,
    firstContentSeen: content.blocks > 0,
    ended: scanned.ok,
    malformed: !scanned.ok && body.length > 0,
    toolNames: content.toolNames,
  };
}

function readContent(body: Uint8Array, content: Span | null): { blocks: number; toolNames: string[] } {
  const toolNames: string[] = [];
  let blocks = 0;
  if (content !== null && body[content.start] === OPEN_BRACKET) {
    scanArray(body, content.start, (block) => {
      blocks += 1;
      const name = readToolName(body, block.start);
      if (name !== null && toolNames.length < TOOL_CALLS_MAX) toolNames.push(name);
      return true;
    });
  }
  return { blocks, toolNames };
}
