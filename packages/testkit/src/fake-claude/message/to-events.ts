import type { ContentBlock, Message } from './message.ts';

/** One event of a stream before it is written: its name and its JSON. */
export interface StreamEvent {
  readonly event: string;
  readonly data: unknown;
}

/** A whole message as the events that Claude would stream it in. */
export function toEvents(message: Message, options: { pings: number; interleaved?: boolean }): StreamEvent[] {
  const blocks = message.content.map((block, index) => toBlockEvents(block, index));
  const pings = Array.from({ length: options.pings }, () => ({ event: 'ping', data: { type: 'ping' } }));
  const outputTokens = Number(message.usage['output_tokens'] ?? 0);
  return [
    event('message_start', {
      message: { ...message, content: [], stop_reason: null, usage: { ...message.usage, output_tokens: 1 } },
    }),
    ...pings,
    ...(options.interleaved === true ? interleave(blocks) : blocks.flat()),
    event('message_delta', {
      delta: { stop_reason: message.stop_reason, stop_sequence: message.stop_sequence },
      usage: { ...message.usage, output_tokens: outputTokens },
    }),
    event('message_stop', {}),
  ];
}

/** An `error` event; it takes the place of everything that would have followed. */
export function toErrorEvent(type: string, message: string, requestId: string): StreamEvent {
  return event('error', { error: { type, message }, request_id: requestId });
}

/** Kinds of event, deltas and fields that nobody knows yet, put between the known ones. */
export function addUnknownEvents(events: readonly StreamEvent[]): StreamEvent[] {
  return events.flatMap((known, index) => {
    if (index === 1) return [event('weather_update', { sky: 'blue', nested: { index: 0 } }), known];
    if (known.event !== 'content_block_stop') return [known];
    const at = { index: indexOf(known) };
    return [event('content_block_delta', { ...at, delta: { type: 'sparkle_delta', sparkle: '✨' } }), known];
  });
}

function toBlockEvents(block: ContentBlock, index: number): StreamEvent[] {
  const { start, deltas } = toParts(block);
  return [
    event('content_block_start', { index, content_block: start }),
    ...deltas.map((delta) => event('content_block_delta', { index, delta })),
    event('content_block_stop', { index }),
  ];
}

function toParts(block: ContentBlock): { start: ContentBlock; deltas: readonly Record<string, unknown>[] } {
  switch (block.type) {
    case 'text': {
      const citations = Array.isArray(block['citations']) ? block['citations'] : [];
      const deltas = pieces(String(block['text']), 12).map((text) => ({ type: 'text_delta', text }));
      return {
        start: citations.length > 0 ? { ...block, text: '', citations: [] } : { ...block, text: '' },
        deltas: [...deltas, ...citations.map((citation: unknown) => ({ type: 'citations_delta', citation }))],
      };
    }
    case 'thinking':
      return {
        start: { ...block, thinking: '', signature: '' },
        deltas: [
          ...pieces(String(block['thinking']), 20).map((thinking) => ({ type: 'thinking_delta', thinking })),
          { type: 'signature_delta', signature: block['signature'] },
        ],
      };
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use': {
      // Claude's first delta is empty, and later ones may end inside an escape: both have broken proxies.
      const json = pieces(JSON.stringify(block['input']), 7);
      const deltas = ['', ...json].map((partial) => ({ type: 'input_json_delta', partial_json: partial }));
      return { start: { ...block, input: {} }, deltas };
    }
    case 'compaction':
      return { start: { ...block, content: null }, deltas: [{ type: 'compaction_delta', content: block['content'] }] };
    default:
      return { start: block, deltas: [] };
  }
}

/** The events of all blocks in turn: every start, then one delta of each, and so on. */
function interleave(blocks: readonly (readonly StreamEvent[])[]): StreamEvent[] {
  const longest = Math.max(0, ...blocks.map((events) => events.length));
  return Array.from({ length: longest }, (_unused, turn) => blocks.flatMap((events) => events[turn] ?? [])).flat();
}

/** Cuts text into pieces of `size` UTF-16 units without splitting a surrogate pair. */
function pieces(text: string, size: number): string[] {
  const result: string[] = [];
  for (let at = 0; at < text.length;) {
    let end = Math.min(text.length, at + size);
    const last = text.charCodeAt(end - 1);
    if (end < text.length && last >= 0xd800 && last < 0xdc00) end += 1;
    result.push(text.slice(at, end));
    at = end;
  }
  return result;
}

function event(name: string, fields: Readonly<Record<string, unknown>>): StreamEvent {
  return { event: name, data: { type: name, ...fields } };
}

function indexOf(known: StreamEvent): unknown {
  return typeof known.data === 'object' && known.data !== null && 'index' in known.data ? known.data.index : 0;
}
