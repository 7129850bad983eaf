import { assembleMessage, findHeader } from '@nexus/anthropic';
import type { RequestPayload } from '@nexus/core';
import { decodeBody } from '@nexus/storage';
import { type GenAiPart, isJsonObject, type JsonObject, toGenAiParts, toToldText } from './to-gen-ai-parts.ts';

/** What was said, for those who ask for it: attributes of the conventions that are "opt-in", as JSON text. */
export type ContentAttributes = Readonly<Record<string, string | boolean>>;

export interface ContentParts {
  readonly payload: Pick<RequestPayload, 'requestHeaders' | 'requestBody' | 'responseBody' | 'responseEncoding'>;
  readonly stream: boolean;
  /** Bytes of all attributes together. */
  readonly bytesMax: number;
}

/** Bodies above this are not read for it: parsing 8 MB holds the recorder's thread for 40 ms. */
const BODY_BYTES_MAX = 8 * 1024 * 1024;
/** No single text may take more of the room than this, so that one file does not hide all else. */
const TEXT_SHARE = 4;

/**
 * Messages as the GenAI conventions write them (docs/gen-ai/gen-ai-spans.md, "Recording content on attributes"): the answer
 * first, then the newest messages as far as there is room, the system prompt in what they leave. Secrets are masked.
 */
export function toContentAttributes({ payload, stream, bytesMax }: ContentParts): ContentAttributes {
  const textLengthMax = Math.floor(bytesMax / TEXT_SHARE);
  const room = createRoom(bytesMax);
  const request = parseObject(decodeSmall(payload.requestBody, findHeader(payload.requestHeaders, 'content-encoding')));
  const answer = readAnswer(payload, stream);
  const output = answer === null ? [] : toMessages([answer], textLengthMax);
  const input = request === null ? [] : toMessages(listMessages(request), textLengthMax);
  const system = request === null ? [] : toGenAiParts(request['system'] ?? [], textLengthMax);
  const attributes = {
    'gen_ai.output.messages': room.take(output),
    'gen_ai.input.messages': room.take(input),
    'gen_ai.system_instructions': room.take(system),
    'gen_ai.tool.definitions': room.take(request === null ? [] : toDefinitions(request['tools'])),
  };
  const told = Object.entries(attributes).flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]));
  return { ...Object.fromEntries(told), ...(room.isCut() ? { 'nexus.content.truncated': true } : {}) };
}

/** The message of an answer, whole or as far as its stream came; null where there is none. */
function readAnswer({ responseBody, responseEncoding }: ContentParts['payload'], stream: boolean): JsonObject | null {
  const body = decodeSmall(responseBody, responseEncoding);
  if (body === null) return null;
  const message = stream ? assembleMessage(body) : parseObject(body);
  return Array.isArray(message?.['content']) ? message : null;
}

function decodeSmall(body: Uint8Array | null, contentEncoding: string | null): Uint8Array | null {
  const decoded = body === null || body.byteLength > BODY_BYTES_MAX ? null : decodeBody(body, contentEncoding);
  return decoded === null || decoded.byteLength > BODY_BYTES_MAX ? null : decoded;
}

function parseObject(bytes: Uint8Array | null): JsonObject | null {
  if (bytes === null) return null;
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isJsonObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

function listMessages(request: JsonObject): readonly JsonObject[] {
  const { messages } = request;
  return Array.isArray(messages) ? messages.filter(isJsonObject) : [];
}

interface GenAiMessage {
  readonly role: string;
  readonly parts: readonly GenAiPart[];
}

function toMessages(messages: readonly JsonObject[], textLengthMax: number): readonly GenAiMessage[] {
  return messages.map(({ role, content }) => {
    const parts = toGenAiParts(content, textLengthMax);
    const areResults = parts.length > 0 && parts.every(({ type }) => type === 'tool_call_response');
    return { role: areResults ? 'tool' : toToldText(typeof role === 'string' ? role : 'user', ROLE_LENGTH_MAX), parts };
  });
}

const ROLE_LENGTH_MAX = 20;
const TOOL_NAME_LENGTH_MAX = 200;

/** Names alone, as the conventions recommend: what tools are for is long, and the same in every turn. */
function toDefinitions(tools: unknown): readonly JsonObject[] {
  const known: readonly unknown[] = Array.isArray(tools) ? tools : [];
  return known.flatMap((tool) => {
    const name = isJsonObject(tool) ? tool['name'] : null;
    return typeof name === 'string' ? [{ type: 'function', name: toToldText(name, TOOL_NAME_LENGTH_MAX) }] : [];
  });
}

/** Room that lists share, the last of each first. */
interface Room {
  /** The JSON of as many as there is room for; null where it is for none, or there are none. */
  take(items: readonly JsonObject[] | readonly GenAiMessage[]): string | null;
  isCut(): boolean;
}

function createRoom(bytesMax: number): Room {
  let leftBytes = bytesMax;
  let isCut = false;
  return {
    take: (items) => {
      const told: string[] = [];
      for (const item of items.toReversed()) {
        const text = JSON.stringify(item);
        const bytes = Buffer.byteLength(text) + 1;
        if (bytes > leftBytes) {
          isCut = true;
          break;
        }
        leftBytes -= bytes;
        told.push(text);
      }
      return told.length === 0 ? null : `[${told.toReversed().join(',')}]`;
    },
    isCut: () => isCut,
  };
}
