import { isObject } from '../json/is-object.ts';
import { findSuspicious, toCount } from './suspicious-counts.ts';
import type { Usage, UsageIteration } from './usage.ts';

/**
 * `counted` with a `usage` object of the wire folded in. Counts on the wire are cumulative: the last non-null value of
 * each wins (`message_start`, then each `message_delta`; or a JSON body alone). Null where nothing was counted yet and
 * `wire` is no object. A figure that is no count (negative, fractional, text, beyond every model) is told as suspicious,
 * and what was counted before stays.
 */
export function foldUsage(counted: Usage | null, wire: unknown): Usage | null {
  if (!isObject(wire)) return counted;
  const before = counted ?? NO_USAGE;
  const { cacheWrite5mTokens, cacheWrite1hTokens } = foldCacheWrite(before, wire);
  const suspicious = findSuspicious(before.suspicious ?? [], wire);
  return {
    inputTokens: toCount(wire['input_tokens']) ?? before.inputTokens,
    outputTokens: toCount(wire['output_tokens']) ?? before.outputTokens,
    cacheReadTokens: toCount(wire['cache_read_input_tokens']) ?? before.cacheReadTokens,
    cacheWrite5mTokens,
    cacheWrite1hTokens,
    thinkingTokens: readThinkingTokens(wire) ?? before.thinkingTokens,
    serverToolUses: foldServerToolUses(before.serverToolUses, wire['server_tool_use']),
    iterations: readIterations(wire['iterations']) ?? before.iterations,
    serviceTier: readWord(wire['service_tier']) ?? before.serviceTier,
    speed: readWord(wire['speed']) ?? before.speed,
    inferenceGeo: readWord(wire['inference_geo']) ?? before.inferenceGeo,
    ...(suspicious.length === 0 ? {} : { suspicious }),
  };
}

/** What a call uses that counted nothing. */
export const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  thinkingTokens: 0,
  serverToolUses: {},
  iterations: [],
  serviceTier: null,
  speed: null,
  inferenceGeo: null,
};

type CacheWrite = Pick<Usage, 'cacheWrite5mTokens' | 'cacheWrite1hTokens'>;

/**
 * `cache_creation` tells the lifetimes apart; older answers and most `message_delta`s give the sum alone. A sum without
 * lifetimes keeps the hour's share known so far and counts the rest as five minutes, Claude's default.
 */
function foldCacheWrite(before: CacheWrite, wire: Record<string, unknown>): CacheWrite {
  const sum = toCount(wire['cache_creation_input_tokens']);
  const split = isObject(wire['cache_creation']) ? wire['cache_creation'] : {};
  const fiveMinutes = toCount(split['ephemeral_5m_input_tokens']);
  const hour = toCount(split['ephemeral_1h_input_tokens']);
  if (fiveMinutes !== null || hour !== null) {
    return {
      cacheWrite5mTokens: fiveMinutes ?? Math.max((sum ?? 0) - (hour ?? 0), 0),
      cacheWrite1hTokens: hour ?? Math.max((sum ?? 0) - (fiveMinutes ?? 0), 0),
    };
  }
  if (sum === null) return before;
  const hourKept = Math.min(before.cacheWrite1hTokens, sum);
  return { cacheWrite5mTokens: sum - hourKept, cacheWrite1hTokens: hourKept };
}

function readThinkingTokens(wire: Record<string, unknown>): number | null {
  const details = wire['output_tokens_details'];
  return isObject(details) ? toCount(details['thinking_tokens']) : null;
}

function foldServerToolUses(before: Usage['serverToolUses'], wire: unknown): Usage['serverToolUses'] {
  return isObject(wire) ? { ...before, ...readServerToolUses(wire) } : before;
}

function readServerToolUses(wire: Record<string, unknown>): Record<string, number> {
  const counts = Object.entries(wire).flatMap(([name, value]) => {
    const count = toCount(value);
    return count === null ? [] : [[name, count] as const];
  });
  return Object.fromEntries(counts);
}

function readIterations(wire: unknown): readonly UsageIteration[] | null {
  if (!Array.isArray(wire)) return null;
  return wire.filter(isObject).map((step) => {
    const figures = foldUsage(null, step) ?? NO_USAGE;
    return {
      type: typeof step['type'] === 'string' ? step['type'] : 'unknown',
      model: typeof step['model'] === 'string' ? step['model'] : null,
      inputTokens: figures.inputTokens,
      outputTokens: figures.outputTokens,
      cacheReadTokens: figures.cacheReadTokens,
      cacheWrite5mTokens: figures.cacheWrite5mTokens,
      cacheWrite1hTokens: figures.cacheWrite1hTokens,
    };
  });
}

/** Words that prices depend on are short; anything longer is none of them. */
const WORD_LENGTH_MAX = 32;

function readWord(value: unknown): string | null {
  return typeof value === 'string' && value.length <= WORD_LENGTH_MAX ? value : null;
}
