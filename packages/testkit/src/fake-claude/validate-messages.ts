import { type ContentBlock, signThinking } from './message/message.ts';
import { isJsonObject, toBlocks } from './messages-body.ts';

const roles = new Set(['user', 'assistant', 'system']);
/** The first API version that refuses sampling parameters. */
const versionWithoutSampling = '2026-10-21';

/**
 * What Claude would say against this body, or null where it would take it. `needsMaxTokens` is false for
 * count_tokens, which is otherwise checked alike.
 */
export function findProblem(body: unknown, options: { version: string; needsMaxTokens: boolean }): string | null {
  if (!isJsonObject(body)) return 'Input should be a valid dictionary';
  if (typeof body['model'] !== 'string')
    return body['model'] === undefined ? 'model: Field required' : 'model: Input should be a valid string';
  if (options.needsMaxTokens) {
    const maxTokens = body['max_tokens'];
    if (maxTokens === undefined) return 'max_tokens: Field required';
    if (typeof maxTokens !== 'number') return 'max_tokens: Input should be a valid integer';
    if (maxTokens < 1) return 'max_tokens: Input should be greater than or equal to 1';
  }
  if (body['stream'] !== undefined && typeof body['stream'] !== 'boolean')
    return 'stream: Input should be a valid boolean';
  if (options.version >= versionWithoutSampling) {
    const sampling = ['temperature', 'top_p', 'top_k'].find((name) => body[name] !== undefined);
    if (sampling !== undefined) return `${sampling}: Extra inputs are not permitted`;
  }
  return findMessagesProblem(body['messages']);
}

function findMessagesProblem(messages: unknown): string | null {
  if (!Array.isArray(messages)) return 'messages: Field required';
  if (messages.length === 0) return 'messages: at least one message is required';
  const turns: { role: string; blocks: readonly ContentBlock[]; index: number }[] = [];
  for (const [index, message] of messages.entries()) {
    if (!isJsonObject(message)) return `messages.${index}: Input should be a valid dictionary`;
    const role = message['role'];
    if (typeof role !== 'string' || !roles.has(role))
      return `messages.${index}.role: Input should be 'user' or 'assistant'`;
    if (message['content'] === undefined) return `messages.${index}.content: Field required`;
    // System messages may stand anywhere, and tool results answer the turn before them all the same.
    if (role !== 'system') turns.push({ role, blocks: toBlocks(message['content']), index });
  }
  if (turns[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  for (const [position, turn] of turns.entries()) {
    const problem = findTurnProblem(turn, turns[position - 1]?.blocks ?? [], turns[position + 1]?.blocks ?? null);
    if (problem !== null) return problem;
  }
  return null;
}

function findTurnProblem(
  turn: { role: string; blocks: readonly ContentBlock[]; index: number },
  before: readonly ContentBlock[],
  after: readonly ContentBlock[] | null,
): string | null {
  const called = new Set(before.filter((block) => block.type === 'tool_use').map((block) => block['id']));
  const answered = new Set(
    (after ?? []).filter((block) => block.type === 'tool_result').map((block) => block['tool_use_id']),
  );
  for (const [at, block] of turn.blocks.entries()) {
    const where = `messages.${turn.index}.content.${at}`;
    if (block.type === 'tool_result' && !called.has(block['tool_use_id'])) {
      return `${where}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(block['tool_use_id'])}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
    }
    if (block.type === 'tool_use' && turn.role === 'assistant' && after !== null && !answered.has(block['id'])) {
      return `messages.${turn.index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${String(block['id'])}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    }
    if (block.type === 'thinking' && turn.role === 'assistant' && !hasRightSignature(block)) {
      return `${where}: Invalid \`signature\` in \`thinking\` block`;
    }
  }
  return null;
}

function hasRightSignature(block: ContentBlock): boolean {
  const signature = block['signature'];
  if (typeof signature !== 'string') return false;
  // Blocks of recorded conversations carry signatures of the real Claude, which only it can check.
  return !signature.startsWith('fakesig.') || signature === signThinking(String(block['thinking']));
}
