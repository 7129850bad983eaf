import type { Answer } from './answer.ts';

/** Rate-limit headers of an API key: limits per minute, times as RFC 3339. */
export function toApiKeyLimitHeaders(nowMs: number): Answer['headers'] {
  const reset = new Date(nowMs + 30_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const figures = { requests: [4000, 3999], tokens: [480_000, 471_000], 'input-tokens': [400_000, 392_000] };
  return [...Object.entries(figures), ['output-tokens', [80_000, 79_000]] as const].flatMap(([name, [limit, left]]) => [
    [`anthropic-ratelimit-${name}-limit`, String(limit)] as const,
    [`anthropic-ratelimit-${name}-remaining`, String(left)] as const,
    [`anthropic-ratelimit-${name}-reset`, reset] as const,
  ]);
}

/** Unified limit headers of a plan: windows with a status, a share used (0 to 1) and a reset in epoch seconds. */
export function toUnifiedLimitHeaders(
  nowMs: number,
  status: 'allowed' | 'allowed_warning' | 'rejected',
): Answer['headers'] {
  const nowS = Math.floor(nowMs / 1000);
  const used = { allowed: '0.31', allowed_warning: '0.91', rejected: '1.02' }[status];
  const headers: (readonly [string, string])[] = [
    ['status', status],
    ['reset', String(nowS + 3600)],
    ['representative-claim', 'five_hour'],
    ['5h-status', status],
    ['5h-utilization', used],
    ['5h-reset', String(nowS + 3600)],
    ['7d-status', 'allowed'],
    ['7d-utilization', '0.22'],
    ['7d-reset', String(nowS + 4 * 86_400)],
    ['fallback-percentage', '0.5'],
    ['overage-status', 'rejected'],
    ['overage-disabled-reason', 'out_of_credits'],
  ];
  if (status === 'allowed_warning') headers.push(['5h-surpassed-threshold', '0.9']);
  return headers.map(([name, value]) => [`anthropic-ratelimit-unified-${name}`, value] as const);
}
