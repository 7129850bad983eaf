import { NO_USAGE, type Prompt } from '@nexus/anthropic';
import { type CachedTurn, explainCacheMiss, needsPrompts, type PriceTable, priceCacheLoss } from '@nexus/core';
import type { CacheTurnTable } from '../cache-tables.ts';
import { toFacts } from '../queries/request/to-facts.ts';
import type { RequestTable } from '../schema.ts';
import { toSafeText } from '../writer/safe-text.ts';
import type { CacheTurnRow } from './cache-shapes.ts';
import type { LoadPrompt } from './load-prompt.ts';

export interface TurnToJudge {
  readonly row: RequestTable;
  /** The last turn before it on its path that was counted. */
  readonly parent: RequestTable | null;
}

/** Whether Claude counted what a turn read and wrote; an estimate knows nothing of the cache, and a count that cannot be true no more. */
export function isCounted(row: RequestTable): boolean {
  const cached = (row.cache_read_tokens ?? 0) + (row.cache_write_5m_tokens ?? 0) + (row.cache_write_1h_tokens ?? 0);
  return row.input_tokens !== null && row.suspicious === null && (!row.usage_estimated || cached > 0);
}

/** Whether a request goes on from its parent's prompt, so that it might have read what that left in the cache. */
export function goesOn({ relation, link_source: source }: RequestTable): boolean {
  if (relation === 'sub-agent') return source === 'prefix';
  return relation !== 'root' && relation !== 'attached';
}

/** The row that says how a turn used the cache. */
export async function judgeTurn(
  { row, parent }: TurnToJudge,
  { prices, loadPrompt }: { readonly prices: PriceTable; readonly loadPrompt: LoadPrompt },
): Promise<CacheTurnRow> {
  const bare = { turn: toCachedTurn(row, null), parent: parent && toCachedTurn(parent, null) };
  const asked = needsPrompts(bare)
    ? {
        turn: { ...bare.turn, prompt: await loadPrompt(row.request_id) },
        parent: bare.parent && parent && { ...bare.parent, prompt: await loadPrompt(parent.request_id) },
      }
    : bare;
  const { verdict, readableTokens, lostTokens } = explainCacheMiss({
    ...asked,
    isCompacted: row.relation === 'compacts',
  });
  const { kind, ...detail } = verdict;
  return {
    ...toDimensions(row),
    parent_request_id: parent?.request_id ?? null,
    verdict: kind,
    detail: JSON.stringify(detail, toSafeValue),
    readable_tokens: readableTokens,
    lost_tokens: lostTokens,
    lost_nano: priceLoss(row, { lostTokens, prices }),
  };
}

const DETAIL_LENGTH_MAX = 200;

/** Names of tools are whatever a stranger sent; jsonb refuses some of it. */
function toSafeValue(_name: string, value: unknown): unknown {
  return typeof value === 'string' ? toSafeText(value, DETAIL_LENGTH_MAX) : value;
}

/** What a loss of so many tokens cost the request, by a table; null where nobody knows. */
export function priceLoss(
  row: RequestTable,
  { lostTokens, prices }: { readonly lostTokens: number; readonly prices: PriceTable },
): number | null {
  const { model, modelServed, usage, startedAtMs } = toFacts(row);
  if (usage === null) return null;
  if (lostTokens === 0) return 0;
  return priceCacheLoss(prices, { model: modelServed ?? model, usage, atMs: startedAtMs, lostTokens });
}

function toDimensions(
  row: RequestTable,
): Omit<CacheTurnTable, 'parent_request_id' | 'verdict' | 'detail' | 'readable_tokens' | 'lost_tokens' | 'lost_nano'> {
  return {
    account_id: row.account_id ?? '',
    started_at: row.started_at,
    request_id: row.request_id,
    domain: row.domain,
    key_id: row.key_id ?? '',
    user_id: row.user_id ?? '',
    project_id: row.project ?? '',
    model: row.model ?? row.model_served ?? '',
    kind: row.kind,
  };
}

function toCachedTurn(row: RequestTable, prompt: Prompt | null): CachedTurn {
  const { startedAtMs, firstByteMs, usage, model, modelServed, accountId } = toFacts(row);
  return {
    model: modelServed ?? model,
    accountId,
    startedAtMs,
    answeredAtMs: firstByteMs === null ? null : startedAtMs + firstByteMs,
    usage: usage ?? NO_USAGE,
    prompt,
  };
}
