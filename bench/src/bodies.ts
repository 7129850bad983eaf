import { buildClaudeCodeTurn } from '../../fixtures/claude-code-turn/build-turn.ts';

/** The fake Claude answers these models from prepared bytes, so that it is never what is measured. */
export const JSON_MODEL = 'fake-bench-json-600';
export const EVENTS_MODEL = 'fake-bench-sse-100-0';
export const PACED_MODEL = 'fake-bench-sse-100-50';

/** A body of about 1 KB. */
export function buildSmallBody(model: string, text = 'How many rivers reach the sea? '.repeat(26)): Uint8Array {
  const messages = [{ role: 'user', content: text }];
  return encode(JSON.stringify({ model, max_tokens: 1024, stream: model !== JSON_MODEL, messages }));
}

/**
 * Bodies of one Claude Code conversation, each a turn longer than the one before, and all within a twentieth of `bytes`: a
 * short conversation has short turns and a shorter system prompt, a long one begins late.
 */
export function buildConversationBodies(bytes: number, count: number): Uint8Array[] {
  const isShort = bytes < SHORT_BYTES;
  const shape = isShort ? { resultCharacters: 100 } : {};
  const size = (turns: number): number => buildClaudeCodeTurn({ ...shape, turns }).byteLength;
  const [first, turn] = [size(1), size(2) - size(1)];
  const middle = Math.floor(count / 2);
  const from = isShort ? 1 : Math.round((bytes - first) / turn) + 1 - middle;
  const surplus = first + (from + middle - 1) * turn - bytes;
  const system = isShort ? { systemCharacters: SYSTEM_CHARACTERS - Math.round(surplus) } : {};
  return Array.from({ length: count }, (_, at) =>
    withModel(buildClaudeCodeTurn({ ...shape, ...system, turns: from + at }), JSON_MODEL),
  );
}

/** Of one turn with full results: 87 KB. */
const SHORT_BYTES = 100_000;
const SYSTEM_CHARACTERS = 28_600;

/** Every request of a conversation of `turns` turns, in order. */
export function* buildWholeConversation(turns: number): Generator<Uint8Array> {
  for (let turn = 1; turn <= turns; turn += 1) yield withModel(buildClaudeCodeTurn({ turns: turn }), JSON_MODEL);
}

function withModel(body: Uint8Array, model: string): Uint8Array {
  return encode(new TextDecoder().decode(body).replace(/"model":"[^"]*"/, `"model":"${model}"`));
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
