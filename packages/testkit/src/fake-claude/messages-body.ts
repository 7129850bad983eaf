import type { ContentBlock } from './message/message.ts';

/** What the fake reads out of a messages body; tolerant, since the validator has spoken before. */
export interface MessagesBody {
  readonly json: Readonly<Record<string, unknown>>;
  readonly model: string;
  readonly stream: boolean;
  readonly bytes: number;
  readonly messages: readonly { readonly role: string; readonly content: readonly ContentBlock[] }[];
  readonly tools: readonly { readonly name: string; readonly inputSchema: unknown }[];
  readonly outputSchema: unknown;
  readonly lastUserText: string;
  /** The first words of the user, past the reminders that clients put around them. */
  readonly openingText: string;
  /** Messages of the assistant. */
  readonly answerCount: number;
  readonly lastToolResults: readonly string[];
  readonly imageCount: number;
  /** What `fake-reflect` tells the caller about its own request. */
  readonly received: unknown;
  /** The first value of a request header; null where it was not sent. */
  readonly header: (name: string) => string | null;
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a parsed body; what the context tells of its request is handed through. */
export function readMessagesBody(
  json: Readonly<Record<string, unknown>>,
  context: Pick<MessagesBody, 'bytes' | 'received' | 'header'>,
): MessagesBody {
  const messages = toList(json['messages'])
    .filter(isJsonObject)
    .map((message) => ({
      role: String(message['role']),
      content: toBlocks(message['content']),
    }));
  const lastUser = messages.findLast((message) => message.role === 'user');
  const blocks = lastUser?.content ?? [];
  const format = isJsonObject(json['output_config']) ? json['output_config']['format'] : json['output_format'];
  return {
    json,
    model: String(json['model']),
    stream: json['stream'] === true,
    bytes: context.bytes,
    messages,
    tools: toList(json['tools'])
      .filter(isJsonObject)
      .filter((tool) => typeof tool['name'] === 'string')
      .map((tool) => ({
        name: String(tool['name']),
        inputSchema: tool['input_schema'],
      })),
    outputSchema: isJsonObject(format) ? (format['schema'] ?? null) : null,
    lastUserText: toLastText(blocks),
    openingText: toLastText(messages.find((message) => message.role === 'user')?.content ?? []),
    answerCount: messages.filter((message) => message.role === 'assistant').length,
    lastToolResults: blocks.filter((block) => block.type === 'tool_result').map((block) => toText(block['content'])),
    imageCount: blocks.filter((block) => block.type === 'image').length,
    received: context.received,
    header: context.header,
  };
}

/** Content as blocks, whether it was a string or a list. */
export function toBlocks(content: unknown): ContentBlock[] {
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return toList(content).filter(isBlock);
}

function isBlock(value: unknown): value is ContentBlock {
  return isJsonObject(value) && typeof value['type'] === 'string';
}

function toText(content: unknown): string {
  return toBlocks(content)
    .map((block) => (typeof block['text'] === 'string' ? block['text'] : `[${block.type}]`))
    .join('');
}

/** The last text a person wrote: reminders that clients add around it do not count. */
function toLastText(blocks: readonly ContentBlock[]): string {
  const texts = blocks.filter((block) => block.type === 'text').map((block) => String(block['text']));
  return texts.findLast((text) => !text.trimStart().startsWith('<system-reminder>')) ?? texts.at(-1) ?? '';
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
