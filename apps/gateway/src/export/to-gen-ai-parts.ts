import { maskSecretText } from '@nexus/anthropic';

/** A part of a message as the GenAI conventions write it (model/gen-ai/gen-ai-input-messages.json there). */
export type GenAiPart = Readonly<Record<string, unknown>> & { readonly type: string };

export type JsonObject = Readonly<Record<string, unknown>>;

/** The blocks of a message of Claude's, or a bare text. Bytes of images and documents are left out. */
export function toGenAiParts(content: unknown, textLengthMax: number): readonly GenAiPart[] {
  const blocks: readonly unknown[] = Array.isArray(content) ? content : [content];
  return blocks.flatMap((block) => {
    if (typeof block === 'string') return [{ type: 'text', content: toToldText(block, textLengthMax) }];
    return isJsonObject(block) ? [toPart(block, textLengthMax)] : [];
  });
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toPart(block: JsonObject, lengthMax: number): GenAiPart {
  const type = typeof block['type'] === 'string' ? block['type'] : 'unknown';
  const tell = (value: unknown): unknown => toTold(value, lengthMax, 0);
  switch (type) {
    case 'text':
      return { type: 'text', content: tell(block['text'] ?? '') };
    case 'thinking':
      return { type: 'reasoning', content: tell(block['thinking'] ?? '') };
    case 'tool_use':
      return {
        type: 'tool_call',
        id: toWord(block['id']),
        name: toWord(block['name']),
        arguments: tell(block['input']),
      };
    case 'tool_result':
      return {
        type: 'tool_call_response',
        id: toWord(block['tool_use_id']),
        response: toResponse(block['content'], lengthMax),
      };
    case 'server_tool_use':
      return {
        type: 'server_tool_call',
        id: toWord(block['id']),
        name: toWord(block['name']),
        server_tool_call: { type: toWord(block['name']), arguments: tell(block['input']) },
      };
    case 'image':
    case 'document':
      return toAttachment(type, block['source']);
    default:
      // Of what nobody has described, only what it is.
      return type.endsWith('_tool_result')
        ? { type: 'server_tool_call_response', id: toWord(block['tool_use_id']), server_tool_call_response: { type } }
        : { type: toToldText(type, NAME_LENGTH_MAX) };
  }
}

const NAME_LENGTH_MAX = 200;

function toWord(value: unknown, lengthMax = NAME_LENGTH_MAX): string {
  return typeof value === 'string' ? toToldText(value, lengthMax) : '';
}

/** A result is a text, or blocks like those of a message. */
function toResponse(content: unknown, lengthMax: number): unknown {
  return Array.isArray(content) ? toGenAiParts(content, lengthMax) : toTold(content ?? '', lengthMax, 0);
}

function toAttachment(modality: 'image' | 'document', source: unknown): GenAiPart {
  const { type, url, file_id: fileId, media_type: mimeType } = isJsonObject(source) ? source : {};
  const about = { modality, mime_type: toWord(mimeType) };
  if (type === 'url') return { type: 'uri', ...about, uri: toWord(url, URL_LENGTH_MAX) };
  if (type === 'file') return { type: 'file', ...about, file_id: toWord(fileId) };
  return { type: 'blob', ...about, content: '' };
}

const URL_LENGTH_MAX = 1_000;
/** Deeper than this nobody writes by hand; a body that is all brackets must not end the reader. */
const DEPTH_MAX = 20;
/** Entries of one object or list. */
const ENTRIES_MAX = 200;
/** A value that is a secret by its name. */
const SECRET_NAME = /(?:^|[_-])(?:api_?key|token|secret|password|authorization)$/i;

/** JSON without secrets, each text cut. */
function toTold(value: unknown, lengthMax: number, depth: number): unknown {
  if (typeof value === 'string') return toToldText(value, lengthMax);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return '…';
  if (Array.isArray(value)) return value.slice(0, ENTRIES_MAX).map((one) => toTold(one, lengthMax, depth + 1));
  const entries = Object.entries(value).slice(0, ENTRIES_MAX);
  return Object.fromEntries(
    entries.map(([name, one]: readonly [string, unknown]) => [
      toToldText(name, NAME_LENGTH_MAX),
      typeof one === 'string' && SECRET_NAME.test(name) ? '***' : toTold(one, lengthMax, depth + 1),
    ]),
  );
}

/** Secrets masked, then cut. Half a secret has no shape: where a text is cut, its last word goes. */
export function toToldText(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return maskSecretText(text);
  return `${maskSecretText(text.slice(0, lengthMax).replace(/\S+$/, ''))}…`;
}
