import { isRecord, toArray, toRecord, toText } from './json-access.ts';
import type { Block, Citation, MediaSource, ToolCall, ToolResult } from './transcript.ts';

export type Results = ReadonlyMap<string, ToolResult>;

/** The content of one message: a text or a list of blocks. Results whose call is known stand with the call. */
export function toBlocks(content: unknown, results: Results, called: ReadonlySet<string>): readonly Block[] {
  if (typeof content === 'string') return splitReminders(content, []);
  return toArray(content).flatMap((block) => toBlock(toRecord(block), results, called));
}

function toBlock(
  block: Readonly<Record<string, unknown>>,
  results: Results,
  called: ReadonlySet<string>,
): readonly Block[] {
  const type = toText(block['type']);
  switch (type) {
    case 'text':
      return splitReminders(toText(block['text']), toCitations(block['citations']));
    case 'thinking':
      return [toThinking(toText(block['thinking']))];
    case 'redacted_thinking':
      return [{ type: 'thinking', text: '', state: 'redacted' }];
    case 'image':
      return [{ type: 'image', source: toSource(toRecord(block['source'])) }];
    case 'document':
      return [{ type: 'document', title: toText(block['title']) || null, source: toSource(toRecord(block['source'])) }];
    case 'tool_use':
    case 'server_tool_use':
    case 'mcp_tool_use':
      return [toCall(block, results)];
    case 'web_search_result':
      return [toLink(block)];
    default:
      if (!isResultType(type)) return [{ type: 'unknown', name: type || 'block', json: block }];
      return toOrphan(block, called);
  }
}

/** Results of the client, of Claude's own tools and of MCP servers end alike. */
export function isResultType(type: string): boolean {
  return type === 'tool_result' || type.endsWith('_tool_result');
}

export function toResult(block: Readonly<Record<string, unknown>>): ToolResult {
  const content = block['content'];
  const failed = isRecord(content) && toText(content['type']).endsWith('_error');
  return {
    isError: block['is_error'] === true || failed,
    blocks: isRecord(content)
      ? [{ type: 'unknown', name: toText(content['type']), json: content }]
      : toBlocks(content, NONE, NO_CALLS),
  };
}

const NONE: Results = new Map();
const NO_CALLS: ReadonlySet<string> = new Set();

function toOrphan(block: Readonly<Record<string, unknown>>, called: ReadonlySet<string>): readonly Block[] {
  const toolUseId = toText(block['tool_use_id']);
  return called.has(toolUseId) ? [] : [{ type: 'tool-result', toolUseId, result: toResult(block) }];
}

const RUNS: Readonly<Record<string, ToolCall['runs']>> = { server_tool_use: 'claude', mcp_tool_use: 'mcp' };

function toCall(block: Readonly<Record<string, unknown>>, results: Results): ToolCall {
  const id = toText(block['id']);
  const server = toText(block['server_name']);
  return {
    type: 'tool-call',
    id,
    name: server ? `${server} · ${toText(block['name'])}` : toText(block['name']),
    runs: RUNS[toText(block['type'])] ?? 'client',
    input: block['input'],
    result: results.get(id) ?? null,
  };
}

/** Newer models send the signature alone, and no text: the thought happened, and was kept from us. */
function toThinking(text: string): Block {
  return { type: 'thinking', text, state: text === '' ? 'omitted' : 'shown' };
}

const REMINDER = /<system-reminder>([\s\S]*?)<\/system-reminder>/g;

/** Text with what the client slipped in taken out of it, in order. */
function splitReminders(text: string, citations: readonly Citation[]): readonly Block[] {
  const blocks: Block[] = [];
  let end = 0;
  for (const match of text.matchAll(REMINDER)) {
    pushText(blocks, text.slice(end, match.index), citations);
    blocks.push({ type: 'reminder', text: (match[1] ?? '').trim() });
    end = match.index + match[0].length;
  }
  pushText(blocks, text.slice(end), citations);
  return blocks;
}

function pushText(blocks: Block[], text: string, citations: readonly Citation[]): void {
  if (text.trim() !== '') blocks.push({ type: 'text', text, citations });
}

function toCitations(value: unknown): readonly Citation[] {
  return toArray(value).map((one) => {
    const citation = toRecord(one);
    const url = toText(citation['url']);
    return {
      title: toText(citation['title']) || toText(citation['document_title']) || url || 'Source',
      citedText: toText(citation['cited_text']),
      url: toWebAddress(url),
    };
  });
}

function toLink(block: Readonly<Record<string, unknown>>): Block {
  const url = toText(block['url']);
  return {
    type: 'link',
    title: toText(block['title']) || url,
    url: toWebAddress(url),
    note: toText(block['page_age']),
  };
}

/** Only the web: `javascript:` and its like never become a link. */
function toWebAddress(url: string): string | null {
  return /^https?:/.test(url) ? url : null;
}

function toSource(source: Readonly<Record<string, unknown>>): MediaSource {
  switch (source['type']) {
    case 'base64':
      return { type: 'inline', mediaType: toText(source['media_type']), base64: toText(source['data']) };
    case 'text':
      return { type: 'text', text: toText(source['data']) };
    case 'content':
      return { type: 'text', text: readPlain(source['content']) };
    default:
      return { type: 'elsewhere', where: toText(source['url']) || toText(source['file_id']) || 'an unknown source' };
  }
}

function readPlain(content: unknown): string {
  if (typeof content === 'string') return content;
  return toArray(content)
    .map((block) => toText(toRecord(block)['text']))
    .join('\n');
}
