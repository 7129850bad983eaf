import type { BranchSummary, CacheUse, TreeNode } from '@nexus/contract';
import { findNews } from '../../../ui/transcript/find-news.ts';
import type { PathRow } from '../transcript/to-path-rows.ts';
import { toPrompt } from './to-prompt.ts';

/**
 * One line of the outline: what a person asked, an agent that was launched or whose news came, a summary that was asked for
 * or gone on from.
 */
export type OutlineItem =
  | {
      readonly type: 'prompt';
      readonly key: string;
      /** The row of the transcript that it leads to. */
      readonly row: number;
      readonly words: string;
      /** Time that Claude worked from here to the next prompt, and whether something went wrong in it. */
      readonly durationMs: number;
      readonly failed: boolean;
      /** What the prompt cache did for the turns until then. */
      readonly cache: readonly CacheUse[];
    }
  | { readonly type: 'summary' | 'compaction'; readonly key: string; readonly row: number }
  | { readonly type: 'news'; readonly key: string; readonly row: number; readonly words: string }
  | {
      readonly type: 'agent';
      readonly key: string;
      readonly row: number;
      readonly branch: BranchSummary;
      /** What it was told to do; empty where that is not known. */
      readonly words: string;
    };

/** The prompts of a path in order, with the agents that were launched between them and the summaries it goes on from. */
export function toOutline(
  rows: readonly PathRow[],
  known: { readonly nodes: ReadonlyMap<string, TreeNode>; readonly branches: readonly BranchSummary[] },
): readonly OutlineItem[] {
  const items: OutlineItem[] = [];
  const agents = toAgents(known.branches);
  const seen = new Set<string>();
  let prompt = -1;
  for (const [row, entry] of rows.entries()) {
    if (entry.type === 'summary') {
      items.push({ type: 'summary', key: entry.key, row });
      continue;
    }
    const { requestId } = entry.message;
    const said = toSaid(entry, { row, isCompaction: known.nodes.get(requestId)?.kind === 'compaction' });
    if (said?.type === 'prompt') prompt = items.length;
    if (said !== null) items.push(said);
    if (seen.has(requestId)) continue;
    seen.add(requestId);
    const node = known.nodes.get(requestId);
    const asked = items[prompt];
    if (asked?.type === 'prompt' && node) {
      const failed = asked.failed || (node.outcome !== 'completed' && node.outcome !== 'aborted');
      const cache = node.cache === null ? asked.cache : [...asked.cache, node.cache];
      items[prompt] = { ...asked, durationMs: asked.durationMs + node.durationMs, failed, cache };
    }
    for (const branch of agents.get(requestId) ?? []) {
      const words = known.nodes.get(branch.firstRequestId)?.preview ?? '';
      items.push({ type: 'agent', key: branch.branch, row, branch, words });
    }
  }
  return items;
}

/** What a message of the user's side says: words of a person, news that the client tells, or the call for a summary. */
function toSaid(
  { key, turn }: Extract<PathRow, { type: 'message' }>,
  { row, isCompaction }: { readonly row: number; readonly isCompaction: boolean },
): OutlineItem | null {
  if (turn.role !== 'user') return null;
  const words = toPrompt(turn.blocks);
  if (words !== null && isCompaction) return { type: 'compaction', key, row };
  if (words !== null) return { type: 'prompt', key, row, words, durationMs: 0, failed: false, cache: [] };
  const news = turn.blocks.flatMap((block) => (block.type === 'reminder' ? (findNews(block.text) ?? []) : []));
  return news.length === 0 ? null : { type: 'news', key, row, words: news.join('; ') };
}

function toAgents(branches: readonly BranchSummary[]): ReadonlyMap<string, readonly BranchSummary[]> {
  const agents = new Map<string, BranchSummary[]>();
  for (const branch of branches) {
    if (branch.relation !== 'sub-agent' || branch.parentRequestId === null) continue;
    agents.set(branch.parentRequestId, [...(agents.get(branch.parentRequestId) ?? []), branch]);
  }
  return agents;
}
