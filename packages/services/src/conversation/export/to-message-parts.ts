/** One part of a message as people read it. `label` names what is no plain text. */
export interface MessagePart {
  readonly kind: 'text' | 'thinking' | 'tool-call' | 'tool-result' | 'other';
  readonly label: string;
  readonly text: string;
}

type Block = Readonly<Record<string, unknown>>;

/** The parts of a message's content, a text or a list of blocks. Media stand as what they are, without their bytes. */
export function toMessageParts(content: unknown): readonly MessagePart[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', label: '', text: content }];
  if (!Array.isArray(content)) return [];
  return content.flatMap((block: unknown) => toPart(toBlock(block)) ?? []);
}

function toPart(block: Block): MessagePart | null {
  const type = toText(block['type']);
  switch (type) {
    case 'text':
      return { kind: 'text', label: '', text: toText(block['text']) };
    case 'thinking':
      return { kind: 'thinking', label: 'Thinking', text: toText(block['thinking']) };
    case 'redacted_thinking':
      return { kind: 'thinking', label: 'Thinking', text: '(kept from us)' };
    case 'compaction':
      return { kind: 'text', label: 'Summary', text: toText(block['content']) };
    case 'image':
    case 'document':
      return { kind: 'other', label: type, text: toMediaText(toBlock(block['source'])) };
    default:
      return toToolPart(block, type);
  }
}

function toToolPart(block: Block, type: string): MessagePart {
  if (type.endsWith('tool_use')) {
    return { kind: 'tool-call', label: `Tool call: ${toText(block['name'])}`, text: toJson(block['input']) };
  }
  if (type.endsWith('tool_result')) {
    const label = block['is_error'] === true ? 'Tool result (error)' : 'Tool result';
    return { kind: 'tool-result', label, text: toResultText(block['content']) };
  }
  return { kind: 'other', label: type === '' ? 'block' : type, text: toJson(block) };
}

function toResultText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return toJson(content);
  return toMessageParts(content)
    .map(({ text }) => text)
    .join('\n');
}

function toMediaText(source: Block): string {
  const mediaType = toText(source['media_type']);
  const where = toText(source['url']) || toText(source['file_id']);
  return [mediaType, where].filter((word) => word !== '').join(' ') || '(media)';
}

function toJson(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value, null, 2);
}

function toBlock(value: unknown): Block {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
