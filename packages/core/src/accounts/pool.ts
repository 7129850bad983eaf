import type { HealthState } from './health.ts';

/** How a pool chooses among its accounts. */
export const POOL_STRATEGIES = [
  'sticky',
  'round-robin',
  'weighted',
  'least-in-flight',
  'priority',
  'quota-aware',
] as const;
export type PoolStrategy = (typeof POOL_STRATEGIES)[number];

/** An account as choosing sees it. */
export interface PoolMember {
  readonly id: string;
  /** `toSeed(id)`. */
  readonly seed: number;
  /** Share of the traffic against the others; above 0. */
  readonly weight: number;
  /** Lower goes first; the next number is used only where nobody of this one is there. */
  readonly priority: number;
  /** What it may be asked for; null for everything. */
  readonly models: ModelFilter | null;
  readonly inFlight: number;
  readonly state: HealthState;
  /** Health of where it sends its requests, which others may share. */
  readonly upstream: { readonly state: HealthState };
}

/** Whether a model is allowed; made once for an account, asked for every request. */
export type ModelFilter = (model: string) => boolean;

/** Of names in which `*` stands for any characters. */
export function toModelFilter(patterns: readonly string[]): ModelFilter {
  const exact = new Set(patterns.filter((pattern) => !pattern.includes('*')));
  const wild = patterns
    .filter((pattern) => pattern.includes('*'))
    .map((pattern) => new RegExp(`^${pattern.split('*').map(toLiteral).join('.*')}$`));
  return (model) => exact.has(model) || wild.some((pattern) => pattern.test(model));
}

function toLiteral(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
}
