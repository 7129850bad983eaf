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

/** Bodies of one Claude Code conversation around `bytes`: each has a turn more than the one before. */
export function buildConversationBodies(bytes: number, count: number): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let turns = 1; bodies.length < count; turns += 1) {
    const body = withModel(buildClaudeCodeTurn({ turns }), JSON_MODEL);
    if (body.byteLength >= bytes * 0.95) bodies.push(body);
  }
  return bodies;
}

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
