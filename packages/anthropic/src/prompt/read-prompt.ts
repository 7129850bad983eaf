import { isObject } from '../json/is-object.ts';

/** How long an entry of the prompt cache lives after its last use. */
export type CacheTtl = '5m' | '1h';

/** Parts of a prompt in the order in which Claude reads it, whatever their order in the body. */
export type PromptPart = 'tools' | 'system' | 'messages';

/** One piece of a prompt: a tool, a block of the system prompt, or a block of a message. */
export interface PromptBlock {
  readonly part: PromptPart;
  /** Index of the tool, the system block or the message in the body. */
  readonly element: number;
  /** Index within its message; 0 elsewhere. */
  readonly block: number;
  /** Name of the tool, or role of the message; empty where it has none. */
  readonly name: string;
  /** JSON of the block as the client wrote its keys, without cache markers: equal texts are equal to the cache. */
  readonly content: string;
  /** The lifetime that a cache marker on it asks for; null where it has none. */
  readonly ttl: CacheTtl | null;
  readonly isImage: boolean;
}

/** What Claude's prompt cache goes by. */
export interface Prompt {
  readonly blocks: readonly PromptBlock[];
  /** JSON of each field of the body that cached messages, or more, depend on; only those that are there. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Fields of a body, beside its content, on which what is cached depends. */
const SETTINGS = [
  'speed',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'context_management',
  'mcp_servers',
] as const;

/**
 * The prompt of a parsed body of `/v1/messages`; null where it has no messages. Tools that are loaded only when they are looked for
 * are no part of it, nor is the line that Claude Code is billed by. Never throws.
 *
 * Source: platform.claude.com/docs/en/build-with-claude/prompt-caching and …/cache-diagnostics, read 2026-11-21.
 */
export function readPrompt(body: unknown): Prompt | null {
  if (!isObject(body) || !Array.isArray(body['messages'])) return null;
  const blocks = [
    ...asList(body['tools']).flatMap((tool, element) => toToolBlock(tool, element)),
    ...asBlocks(body['system']).flatMap((block, element) => toSystemBlock(block, element)),
    ...body['messages'].flatMap(toMessageBlocks),
  ];
  const settings = SETTINGS.flatMap((name) => {
    const value = body[name];
    return value === undefined || value === null ? [] : [[name, JSON.stringify(value)] as const];
  });
  const automatic = readTtl(body);
  return {
    blocks: automatic === null ? blocks : markLast(blocks, automatic),
    settings: Object.fromEntries(settings),
  };
}

function toToolBlock(tool: unknown, element: number): PromptBlock[] {
  if (!isObject(tool) || tool['defer_loading'] === true) return [];
  return [toBlock(tool, { part: 'tools', element, block: 0, name: readText(tool['name']) })];
}

const BILLING_LINE = 'x-anthropic-billing-header:';

function toSystemBlock(block: unknown, element: number): PromptBlock[] {
  if (isObject(block) && readText(block['text']).startsWith(BILLING_LINE)) return [];
  return [toBlock(block, { part: 'system', element, block: 0, name: '' })];
}

function toMessageBlocks(message: unknown, element: number): PromptBlock[] {
  const { role, content } = isObject(message) ? message : {};
  const name = readText(role);
  return asBlocks(content).map((block, index) => toBlock(block, { part: 'messages', element, block: index, name }));
}

function toBlock(value: unknown, place: Pick<PromptBlock, 'part' | 'element' | 'block' | 'name'>): PromptBlock {
  const content = JSON.stringify(value, withoutMarkers) ?? 'null';
  const ttl = isObject(value) ? findTtl(value) : null;
  return { ...place, content, ttl, isImage: content.includes('"type":"image"') };
}

function withoutMarkers(key: string, value: unknown): unknown {
  return key === 'cache_control' ? undefined : value;
}

/** A marker may stand on a block within a result of a tool, too; it ends at the block that holds it. */
function findTtl(block: Readonly<Record<string, unknown>>): CacheTtl | null {
  const inner = asList(block['content']).filter(isObject);
  return readTtl(block) ?? inner.map(readTtl).findLast((ttl) => ttl !== null) ?? null;
}

function readTtl(value: Readonly<Record<string, unknown>>): CacheTtl | null {
  const marker = value['cache_control'];
  if (!isObject(marker)) return null;
  return marker['ttl'] === '1h' ? '1h' : '5m';
}

/** Automatic caching puts its marker behind the last block. */
function markLast(blocks: readonly PromptBlock[], ttl: CacheTtl): PromptBlock[] {
  return blocks.map((block, at) => (at === blocks.length - 1 ? { ...block, ttl: block.ttl ?? ttl } : block));
}

/** A text and a list with that one text are the same to Claude. */
function asBlocks(content: unknown): readonly unknown[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : asList(content);
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function readText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
