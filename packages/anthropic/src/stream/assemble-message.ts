import { isObject } from '../json/is-object.ts';
import { createSseScanner } from './sse-scanner.ts';
import { createBlockAssembler, type BlockAssembler } from './assemble-block.ts';

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The message that an SSE body (decoded) amounts to, in the shape of a JSON answer, with every block and every field
 * Claude sent, known or not. A stream that broke off gives what came, with `incomplete: true`, also on each block that
 * has no end; an `error` event is kept as `error`. Never throws; an event that is no JSON is passed over.
 */
export function assembleMessage(events: Uint8Array): JsonObject {
  const assembler = createMessageAssembler();
  assembler.push(events);
  return assembler.finish();
}

/** The same for a body that comes in pieces; the message depends on the bytes alone, never on how they were cut. */
export function createMessageAssembler(): MessageAssembler {
  const parts: MessageParts = { message: {}, blocks: new Map(), error: undefined, ended: false, flawed: false };
  const decoder = new TextDecoder();
  const scanner = createSseScanner((bytes, start, end) => {
    const event = parseEvent(decoder.decode(bytes.subarray(start, end)));
    if (event === null) parts.flawed = true;
    else applyEvent(parts, event);
  });
  return {
    push: (piece) => scanner.push(piece),
    finish: () => toMessage(parts, scanner.oversized()),
  };
}

export interface MessageAssembler {
  push(piece: Uint8Array): void;
  finish(): JsonObject;
}

function toMessage(parts: MessageParts, oversized: number): JsonObject {
  const blocks = [...parts.blocks].sort(([a], [b]) => a - b).map(([, block]) => block.finish());
  const whole = parts.ended && !parts.flawed && oversized === 0;
  return {
    ...parts.message,
    ...(blocks.length > 0 || 'content' in parts.message ? { content: blocks } : {}),
    ...(parts.error === undefined ? {} : { error: parts.error }),
    ...(whole ? {} : { incomplete: true }),
  };
}

interface MessageParts {
  message: JsonObject;
  readonly blocks: Map<number, BlockAssembler>;
  error: unknown;
  ended: boolean;
  flawed: boolean;
}

/** Null where the data is no JSON object; an empty one for what is no event of Claude's. */
function parseEvent(data: string): JsonObject | null {
  if (data === '' || data === '[DONE]') return {};
  try {
    const event: unknown = JSON.parse(data);
    return isObject(event) ? event : null;
  } catch {
    return null;
  }
}

function applyEvent(parts: MessageParts, event: JsonObject): void {
  switch (event['type']) {
    case 'message_start':
      if (isObject(event['message'])) parts.message = event['message'];
      return;
    case 'content_block_start':
      if (isObject(event['content_block']))
        parts.blocks.set(indexOf(event), createBlockAssembler(event['content_block']));
      return;
    case 'content_block_delta':
      applyDelta(parts, event);
      return;
    case 'content_block_stop':
      parts.blocks.get(indexOf(event))?.stop();
      return;
    case 'message_delta':
      parts.message = applyMessageDelta(parts.message, event);
      return;
    case 'message_stop':
      parts.ended = true;
      return;
    case 'error':
      parts.error = event['error'];
      return;
    default:
  }
}

function indexOf(event: JsonObject): number {
  return typeof event['index'] === 'number' ? event['index'] : 0;
}

/** A delta whose block never started still shows what it carried. */
function applyDelta(parts: MessageParts, event: JsonObject): void {
  if (!isObject(event['delta'])) return;
  const index = indexOf(event);
  const block = parts.blocks.get(index) ?? createBlockAssembler({});
  parts.blocks.set(index, block);
  block.add(event['delta']);
}

/**
 * `delta` holds the fields that change, `usage` the counts so far, of which the last non-null wins; other members of the
 * event (`context_management`) belong to the message as they are.
 */
function applyMessageDelta(message: JsonObject, event: JsonObject): JsonObject {
  const { type: _type, delta, usage, ...others } = event;
  const counted = isObject(message['usage']) ? message['usage'] : {};
  return {
    ...message,
    ...others,
    ...(isObject(delta) ? delta : {}),
    ...(isObject(usage) ? { usage: { ...counted, ...withoutNulls(usage) } } : {}),
  };
}

function withoutNulls(usage: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== null));
}
