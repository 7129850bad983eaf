import type { Behaviour } from '../behaviour.ts';
import type { MessagesBody } from '../messages-body.ts';
import { type Content, CONTENTS, createDefaultContent } from './content.ts';
import { type Message, textBlock, type WireUsage } from './message.ts';

/** The message that answers `body`: what was asked for, with usage told from its length. */
export function createMessage(content: Content, body: MessagesBody, id: string): Message {
  return {
    id,
    type: 'message',
    role: 'assistant',
    model: body.model,
    content: content.blocks,
    stop_reason: content.stopReason ?? 'end_turn',
    stop_sequence: null,
    usage: { ...estimateUsage(content, body), ...content.usage },
  };
}

/** Chooses what is said: a size or pace that was asked for, a named content, or the default. */
export function chooseContent(behaviour: Behaviour, body: MessagesBody): Content {
  if (behaviour.pacedEvents !== null) return { blocks: [textBlock(fill(behaviour.pacedEvents * 12))] };
  // A stream is filled while it is sent; only its frame is made here.
  if (behaviour.fillBytes !== null) return { blocks: [textBlock(fill(body.stream ? 12 : behaviour.fillBytes))] };
  if (behaviour.content !== null) return CONTENTS[behaviour.content].create(body);
  return createDefaultContent(body);
}

/** Plain text of so many bytes in words, so that it looks like text wherever it is shown. */
export function fill(bytes: number): string {
  const words = 'the quick gateway carries every byte unchanged and remembers it ';
  return words.repeat(Math.ceil(bytes / words.length)).slice(0, bytes);
}

function estimateUsage(content: Content, body: MessagesBody): WireUsage {
  const outputCharacters = content.blocks.reduce((sum, block) => sum + JSON.stringify(block).length, 0);
  return {
    input_tokens: Math.max(1, Math.ceil(body.bytes / 4)),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
    output_tokens: Math.max(1, Math.ceil(outputCharacters / 4)),
    service_tier: 'standard',
  };
}
