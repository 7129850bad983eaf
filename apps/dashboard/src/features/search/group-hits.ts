import type { SearchHit } from '@nexus/contract';

/** Hits of one conversation that follow each other. */
export interface HitGroup {
  readonly key: string;
  readonly conversationId: string;
  readonly title: string | null;
  readonly domain: string;
  readonly hits: readonly SearchHit[];
}

/** Hits in their order, with neighbours of one conversation together. A page that comes later moves none of them. */
export function groupHits(hits: readonly SearchHit[]): HitGroup[] {
  const groups: (HitGroup & { hits: SearchHit[] })[] = [];
  for (const hit of hits) {
    const last = groups.at(-1);
    if (last?.conversationId === hit.conversationId) {
      last.hits.push(hit);
      continue;
    }
    const { conversationId, conversationTitle: title, domain, messageId: key } = hit;
    groups.push({ key, conversationId, title, domain, hits: [hit] });
  }
  return groups;
}

/** Names of the tools in `hits`, for a choice among them; the chosen one is always there. */
export function listTools(hits: readonly SearchHit[], chosen: string | undefined): string[] {
  return [...new Set([...hits.flatMap((hit) => hit.tools), ...(chosen === undefined ? [] : [chosen])])].toSorted();
}
