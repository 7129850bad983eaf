import type { BranchSummary, TreeNode } from '@nexus/contract';
import { type PathRow, toPrompt } from '../transcript/to-path-rows.ts';

/** One line of the outline: what a person asked, what went on from a summary, or an agent that was launched. */
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
    }
  | { readonly type: 'summary'; readonly key: string; readonly row: number }
  | { readonly type: 'agent'; readonly key: string; readonly row: number; readonly branch: BranchSummary };

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
    const words = toPrompt(entry);
    if (words !== null) {
      prompt = items.length;
      items.push({ type: 'prompt', key: entry.key, row, words, durationMs: 0, failed: false });
    }
    const { requestId } = entry.message;
    if (seen.has(requestId)) continue;
    seen.add(requestId);
    const node = known.nodes.get(requestId);
    const asked = items[prompt];
    if (asked?.type === 'prompt' && node) {
      const failed = asked.failed || (node.outcome !== 'completed' && node.outcome !== 'aborted');
      items[prompt] = { ...asked, durationMs: asked.durationMs + node.durationMs, failed };
    }
    for (const branch of agents.get(requestId) ?? []) {
      items.push({ type: 'agent', key: branch.branch, row, branch });
    }
  }
  return items;
}

function toAgents(branches: readonly BranchSummary[]): ReadonlyMap<string, readonly BranchSummary[]> {
  const agents = new Map<string, BranchSummary[]>();
  for (const branch of branches) {
    if (branch.relation !== 'sub-agent' || branch.parentRequestId === null) continue;
    agents.set(branch.parentRequestId, [...(agents.get(branch.parentRequestId) ?? []), branch]);
  }
  return agents;
}
