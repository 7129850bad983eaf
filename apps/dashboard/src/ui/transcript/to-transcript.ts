import { isRecord, toArray, toRecord, toText } from './json-access.ts';
import { isResultType, toBlocks, toResult } from './to-blocks.ts';
import type { Block, ToolDeclaration, ToolResult, Transcript, Turn } from './transcript.ts';

const SHOWN_APART = new Set(['messages', 'system', 'tools']);

/**
 * A request body and the answer to it as a conversation, with every tool call beside its result. Takes any JSON: what is
 * not a conversation gives an empty one.
 */
export function toTranscript(requestJson: unknown, answerJson: unknown): Transcript {
  const body = toRecord(requestJson);
  const answer = toRecord(answerJson);
  const messages = toArray(body['messages']).map(toRecord);
  const contents = [...messages.map((message) => message['content']), answer['content']];
  const results = findResults(contents);
  const called = findCalled(contents);
  return {
    system: toBlocks(body['system'], results, called),
    tools: toArray(body['tools']).map(toDeclaration),
    turns: messages
      .map((message, index): Turn => {
        const role = toRole(message['role']);
        const blocks = toBlocks(message['content'], results, called);
        return { role, index, blocks: role === 'system' ? blocks.map(toReminder) : blocks };
      })
      .filter((turn) => turn.blocks.length > 0),
    answer: Array.isArray(answer['content'])
      ? { role: 'assistant', index: null, blocks: toBlocks(answer['content'], results, called) }
      : null,
    error: toError(answer),
    incomplete: answer['incomplete'] === true,
    parameters: Object.entries(body).filter(([name]) => !SHOWN_APART.has(name)),
  };
}

/** Between the messages, words of the system are notes that a client slipped in, as reminders are. */
function toReminder(block: Block): Block {
  return block.type === 'text' ? { type: 'reminder', text: block.text.trim() } : block;
}

/** Where the last thing that a person said stands among `turns`: what came before is history. */
export function findLastPrompt(turns: readonly Turn[]): number {
  const index = turns.findLastIndex(
    (turn) => turn.role === 'user' && turn.blocks.some((block) => block.type === 'text'),
  );
  return index === -1 ? 0 : index;
}

function findResults(contents: readonly unknown[]): ReadonlyMap<string, ToolResult> {
  const results = new Map<string, ToolResult>();
  for (const block of contents.flatMap((content) => toArray(content)).map(toRecord)) {
    if (isResultType(toText(block['type']))) results.set(toText(block['tool_use_id']), toResult(block));
  }
  return results;
}

function findCalled(contents: readonly unknown[]): ReadonlySet<string> {
  const blocks = contents.flatMap((content) => toArray(content)).map(toRecord);
  return new Set(
    blocks.filter((block) => toText(block['type']).endsWith('tool_use')).map((block) => toText(block['id'])),
  );
}

function toRole(role: unknown): Turn['role'] {
  return role === 'assistant' || role === 'system' ? role : 'user';
}

function toDeclaration(json: unknown): ToolDeclaration {
  const tool = toRecord(json);
  return { name: toText(tool['name']) || toText(tool['type']) || 'tool', about: toText(tool['description']), json };
}

function toError(answer: Readonly<Record<string, unknown>>): Transcript['error'] {
  const error = answer['error'];
  if (!isRecord(error)) return null;
  return { type: toText(error['type']) || 'error', message: toText(error['message']) };
}
