/** A content block of a message; open, since Claude adds kinds. */
export interface ContentBlock {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Usage as Claude writes it. */
export type WireUsage = Readonly<Record<string, unknown>>;

/** A whole answer of `POST /v1/messages`. */
export interface Message {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly ContentBlock[];
  readonly stop_reason: string | null;
  readonly stop_sequence: string | null;
  readonly usage: WireUsage;
  readonly [field: string]: unknown;
}

export function textBlock(text: string): ContentBlock {
  return { type: 'text', text };
}

/** A tool call; ids count up per process of the fake, so that parallel calls differ. */
export function toolUseBlock(name: string, input: unknown, id: string = createToolUseId()): ContentBlock {
  return { type: 'tool_use', id, name, input };
}

/** Thinking with a signature that the fake can check when the block comes back. */
export function thinkingBlock(thinking: string): ContentBlock {
  return { type: 'thinking', thinking, signature: signThinking(thinking) };
}

// Like Claude's, the signature covers the exact text: a proxy that re-encodes thinking is found out.
export function signThinking(thinking: string): string {
  const digest = new Bun.CryptoHasher('sha256', 'fake-claude-signature').update(thinking).digest('base64');
  return `fakesig.${digest}`;
}

let toolUseOrdinal = 0;

function createToolUseId(): string {
  toolUseOrdinal += 1;
  return `toolu_fake${toolUseOrdinal.toString(36).padStart(20, '0')}`;
}
