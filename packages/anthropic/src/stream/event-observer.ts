import { isObject } from '../json/is-object.ts';
import { findMember, parseSpan, readString } from '../json/scan-json.ts';
import { skipSpace } from '../json/skip-json.ts';
import { toTokens } from '../usage/estimate-usage.ts';
import { foldUsage } from '../usage/fold-usage.ts';
import type { Usage } from '../usage/usage.ts';
import { type AnswerObserver, type AnswerState, TOOL_CALLS_MAX } from './answer-state.ts';
import { readDeltaBytes } from './read-delta-bytes.ts';
import { readErrorType } from './read-error-type.ts';
import { readToolName } from './read-tool-name.ts';
import { createSseScanner } from './sse-scanner.ts';

interface Seen {
  usage: Usage | null;
  /** A `message_delta` brought counts; they are the last ones once a stop reason or the end came too. */
  deltaCounted: boolean;
  contentBytes: number;
  stopReason: string | null;
  errorType: string | null;
  modelServed: string | null;
  sawContent: boolean;
  firstContentSeen: boolean;
  ended: boolean;
  malformed: boolean;
  readonly toolNames: string[];
}

/** The observer of an event stream. Deltas, which are nearly all events, are measured and not parsed. */
export function createEventObserver(): AnswerObserver {
  const seen: Seen = {
    usage: null,
    deltaCounted: false,
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
  const scanner = createSseScanner((bytes, start, end) => observe(seen, bytes, { start, end }));
  return {
    push: (bytes) => scanner.push(bytes),
    end() {
      // An event without its blank line never happened, for the caller as for us.
    },
    state: () => toState(seen, scanner.oversized() > 0),
  };
}

function toState(seen: Seen, oversized: boolean): AnswerState {
  const { deltaCounted, ...facts } = seen;
  const counted = seen.usage?.outputTokens ?? 0;
  const usageFinal = deltaCounted && (seen.stopReason !== null || seen.ended);
  return {
    ...facts,
    usageFinal,
    malformed: seen.malformed || oversized,
    outputTokens: usageFinal ? counted : Math.max(counted, toTokens(seen.contentBytes)),
    outputTokensEstimated: !usageFinal,
    toolNames: [...seen.toolNames],
  };
}

/** An event to look into. `start` and `end` are the borders of its data in `bytes`. */
function observe(seen: Seen, bytes: Uint8Array, data: { start: number; end: number }): void {
  const deltaBytes = readDeltaBytes(bytes, data.start, data.end);
  if (deltaBytes !== -1) {
    noteDelta(seen, deltaBytes);
    return;
  }
  if (data.start === data.end || isDoneMark(bytes, data)) return;
  const event = bytes.subarray(data.start, data.end);
  const from = skipSpace(event, 0);
  const typeSpan = findMember(event, from, 'type');
  const type = typeSpan === null ? null : readString(event, typeSpan);
  if (type === null) {
    seen.malformed = true;
    return;
  }
  if (type === 'content_block_start') noteBlockStart(seen, event, from);
  else if (PARSED_EVENTS.has(type)) noteParsed(seen, type, parseSpan(event, { start: 0, end: event.length }));
}

/** Some relays end a stream the way OpenAI does; it is no event of Claude's and no fault. */
function isDoneMark(bytes: Uint8Array, data: { start: number; end: number }): boolean {
  return data.end - data.start === 6 && String.fromCharCode(...bytes.subarray(data.start, data.end)) === '[DONE]';
}

const PARSED_EVENTS: ReadonlySet<string> = new Set([
  'message_start',
  'content_block_delta',
  'message_delta',
  'message_stop',
  'error',
]);

function noteDelta(seen: Seen, contentBytes: number): void {
  seen.sawContent = true;
  seen.firstContentSeen = true;
  seen.contentBytes += contentBytes;
}

/** Only the block's type and name are read: search results come whole in this event, and can be megabytes. */
function noteBlockStart(seen: Seen, event: Uint8Array, from: number): void {
  seen.sawContent = true;
  const block = findMember(event, from, 'content_block');
  if (block === null) {
    seen.malformed = true;
    return;
  }
  const name = readToolName(event, block.start);
  if (name !== null && seen.toolNames.length < TOOL_CALLS_MAX) seen.toolNames.push(name);
}

function noteParsed(seen: Seen, type: string, event: unknown): void {
  if (!isObject(event)) {
    seen.malformed = true;
    return;
  }
  switch (type) {
    case 'message_start':
      noteMessageStart(seen, event['message']);
      return;
    case 'content_block_delta':
      noteDelta(seen, measureDelta(event['delta']));
      return;
    case 'message_delta':
      noteMessageDelta(seen, event);
      return;
    case 'message_stop':
      seen.ended = true;
      return;
    default:
      seen.errorType = readErrorType(event) ?? seen.errorType;
  }
}

function noteMessageStart(seen: Seen, message: unknown): void {
  if (!isObject(message)) return;
  if (typeof message['model'] === 'string') seen.modelServed = message['model'];
  seen.usage = foldUsage(seen.usage, message['usage']);
}

function noteMessageDelta(seen: Seen, event: Record<string, unknown>): void {
  const delta = event['delta'];
  if (isObject(delta) && typeof delta['stop_reason'] === 'string') seen.stopReason = delta['stop_reason'];
  if (!isObject(event['usage'])) return;
  seen.usage = foldUsage(seen.usage, event['usage']);
  seen.deltaCounted = true;
}

/** A delta in unusual writing: its longest text is what the model wrote; signatures and citations are not. */
function measureDelta(delta: unknown): number {
  if (!isObject(delta)) return 0;
  const written = delta['text'] ?? delta['thinking'] ?? delta['partial_json'] ?? delta['content'];
  if (typeof written !== 'string') return 0;
  // Counted as it stands in JSON, like every other delta, so that the same answer measures the same.
  return new TextEncoder().encode(JSON.stringify(written)).length - 2;
}
