import { isBatchResults } from '../batch/is-batch-results.ts';
import { isObject } from '../json/is-object.ts';
import type { RequestKind } from '../request-kind.ts';
import { textsOf } from './user-texts.ts';

/** What tells the kind of a request; `userText` is the last text the user wrote. */
export interface KindSignals {
  readonly path: string;
  readonly body: unknown;
  readonly userText: string;
  readonly header: (name: string) => string | null;
}

/**
 * The kind of a request, best signal first: the path, what the client says of itself in its hint headers (Claude Code
 * with `CLAUDE_CODE_GATEWAY_HINT_HEADERS=1`), then the words its fixed prompts begin with.
 */
export function toRequestKind(signals: KindSignals): RequestKind {
  const path = signals.path.replace(/\/+$/, '');
  if (path.endsWith('/messages/count_tokens')) return 'count-tokens';
  if (isBatchResults(path)) return 'batch';
  if (!path.endsWith('/v1/messages') || !isObject(signals.body)) return 'other';
  const { body, userText, header } = signals;
  const isClaudeCode = /^claude-(cli|code)\//.test(header('user-agent') ?? '');
  return (
    kindOfProbe(body, userText, isClaudeCode) ??
    kindOfHints(header) ??
    kindOfWords(userText) ??
    (isAuxiliary(body, isClaudeCode) ? 'auxiliary' : 'inference')
  );
}

/** Words that clients send with `max_tokens: 1` to read the limit headers of the answer. */
const PROBE_WORDS: ReadonlySet<string> = new Set(['quota', 'test', '.', 'hi']);

/** One token may be all that somebody's classifier wants; Claude Code never asks for so little but to warm up. */
function kindOfProbe(body: Record<string, unknown>, userText: string, isClaudeCode: boolean): RequestKind | null {
  if (!Array.isArray(body['messages']) || body['messages'].length !== 1) return null;
  const tokensMax = typeof body['max_tokens'] === 'number' ? body['max_tokens'] : Infinity;
  const word = userText.trim().toLowerCase();
  if (word === 'quota' || (tokensMax <= 1 && PROBE_WORDS.has(word))) return 'quota-probe';
  return tokensMax <= 0 || (tokensMax === 1 && isClaudeCode) || word === 'warmup' ? 'warm-up' : null;
}

const CLASS_KINDS: ReadonlyMap<string, RequestKind> = new Map([
  ['main', 'inference'],
  ['subagent', 'inference'],
  ['workflow', 'inference'],
  ['compaction', 'compaction'],
  ['auxiliary', 'auxiliary'],
]);

const COMPACTION_TRIGGERS: ReadonlySet<string> = new Set(['auto', 'manual', 'reactive']);

function kindOfHints(header: KindSignals['header']): RequestKind | null {
  if (COMPACTION_TRIGGERS.has(header('x-claude-code-compaction') ?? '')) return 'compaction';
  return CLASS_KINDS.get(header('x-claude-code-request-class') ?? '') ?? null;
}

const OPENING_WORDS: readonly (readonly [words: string, kind: RequestKind])[] = [
  ['CRITICAL: Respond with TEXT ONLY', 'compaction'],
  ['Your task is to create a detailed summary of the conversation so far', 'compaction'],
  ['[SUGGESTION MODE:', 'auxiliary'],
  ['This is a side question', 'auxiliary'],
  ['Return a short title', 'auxiliary'],
  ['Please write a 5-10 word title', 'auxiliary'],
];

function kindOfWords(userText: string): RequestKind | null {
  return OPENING_WORDS.find(([words]) => userText.startsWith(words))?.[1] ?? null;
}

const AUXILIARY_SYSTEM_WORDS = [
  'security monitor for autonomous AI coding agents',
  'Analyze if this message indicates a new conversation topic',
  'Summarize this coding conversation',
];

/** Work a coding client does beside the conversation: titles, classifiers, its own web search. */
function isAuxiliary(body: Record<string, unknown>, isClaudeCode: boolean): boolean {
  if (asksForTitle(body)) return true;
  const system = textsOf(body['system']);
  if (system.some((text) => AUXILIARY_SYSTEM_WORDS.some((words) => text.includes(words)))) return true;
  // Anybody may offer web search alone; from Claude Code it is always the helper of its search tool.
  return isClaudeCode && offersOnlyWebSearch(body['tools']);
}

/** Structured output with `title` as its only property. */
export function asksForTitle(body: Record<string, unknown>): boolean {
  const outputConfig = isObject(body['output_config']) ? body['output_config'] : {};
  const format = outputConfig['format'] ?? body['output_format'];
  const schema = isObject(format) ? format['schema'] : null;
  const properties = isObject(schema) ? schema['properties'] : null;
  return isObject(properties) && Object.keys(properties).join() === 'title';
}

function offersOnlyWebSearch(tools: unknown): boolean {
  if (!Array.isArray(tools) || tools.length !== 1) return false;
  const tool: unknown = tools[0];
  return isObject(tool) && typeof tool['type'] === 'string' && tool['type'].startsWith('web_search_');
}
