import { isObject } from '../json/is-object.ts';
import { textsOf } from '../request/user-texts.ts';
import type { Digest, LinkHash } from './link-hash.ts';
import { normaliseMessage, type NormalisedSlice, toPromptHash } from './normalise-slice.ts';
import { probesOfSummary } from './summary-probes.ts';

/** A call in an answer that launches an agent. */
export interface AgentCall {
  readonly toolUseId: string;
  /** Position among the calls of its answer that launch agents, from 0. */
  readonly index: number;
  readonly promptHash: LinkHash;
  /** True where the agent may start long after the answer: its result returns at once and it waits for its turn. */
  readonly asynchronous: boolean;
}

/** An answer as it will count when it comes back as an assistant message of the next request. */
export interface NormalisedAnswer {
  readonly blocks: NormalisedSlice['blocks'];
  readonly agentCalls: readonly AgentCall[];
  /** Probes of the summary in it, and of every `compaction` block. */
  readonly summaryProbes: readonly LinkHash[];
}

/** One answer launches a few agents; more than this is nobody's. */
const AGENT_CALLS_MAX = 256;

/**
 * Normalises a whole message (the JSON of an answer, or what `assembleMessage` made of a stream). `isSummary` tells that
 * the request asked for a summary. Null for what is no message of Claude's. Never throws.
 */
export function normaliseAnswer(
  message: unknown,
  { digest, isSummary }: { readonly digest: Digest; readonly isSummary: boolean },
): NormalisedAnswer | null {
  if (!isObject(message)) return null;
  const { content } = message;
  const result = normaliseMessage({ role: 'assistant', content }, digest);
  if (!result.ok) return null;
  const texts = textsOf(content).join('\n');
  const asked = isSummary || texts.includes('<summary>');
  return {
    blocks: result.slice.blocks,
    agentCalls: findAgentCalls(content, digest),
    summaryProbes: [...result.slice.summaryProbes, ...(asked ? probesOfSummary(texts, digest) : [])],
  };
}

function findAgentCalls(content: unknown, digest: Digest): AgentCall[] {
  const calls: AgentCall[] = [];
  for (const block of Array.isArray(content) ? content : []) {
    const call = readAgentCall(block, digest);
    if (call !== null && calls.length < AGENT_CALLS_MAX) calls.push({ ...call, index: calls.length });
  }
  return calls;
}

function readAgentCall(block: unknown, digest: Digest): Omit<AgentCall, 'index'> | null {
  if (!isObject(block) || block['type'] !== 'tool_use' || typeof block['id'] !== 'string') return null;
  const { name, input } = block;
  if ((name !== 'Task' && name !== 'Agent') || !isObject(input) || typeof input['prompt'] !== 'string') return null;
  const promptHash = toPromptHash(input['prompt'], digest);
  if (promptHash === null) return null;
  const background = input['run_in_background'];
  // Claude Code renamed the tool from Task to Agent (2.1) and made its agents asynchronous unless told otherwise.
  const asynchronous = background === true || (name === 'Agent' && background !== false);
  return { toolUseId: block['id'], promptHash, asynchronous };
}
