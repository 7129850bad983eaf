import type { Health, HealthState } from './health.ts';
import { type LimitWindow, isInScope } from './limit-window.ts';
import type { PoolMember } from './pool.ts';
import { PROBE_MS_MAX } from './step-health.ts';

/** Infinity for what does not come back by itself. */
const NEVER = Infinity;

/** From when on `member` may be asked for `model` (epoch milliseconds): in the past where it may be now. */
export function toOpenMs(member: PoolMember, model: string | null): number {
  const ownMs = toHealthOpenMs(member.state.health);
  const upstreamMs = toHealthOpenMs(member.upstream.state.health);
  const modelMs = member.state.modelRests.length === 0 ? 0 : toModelOpenMs(member.state, model);
  return Math.max(ownMs, upstreamMs, modelMs);
}

function toHealthOpenMs(health: Health): number {
  switch (health.kind) {
    case 'healthy':
      return 0;
    case 'resting':
      return health.untilMs;
    case 'probing':
      return health.sinceMs + PROBE_MS_MAX;
    case 'auth-failed':
      return health.probeAtMs;
    case 'paused':
    case 'disabled':
      return NEVER;
    default:
      return health satisfies never;
  }
}

function toModelOpenMs({ modelRests }: HealthState, model: string | null): number {
  let openMs = 0;
  for (const { scope, untilMs } of modelRests) {
    const rests = 'family' in scope ? isInScope(model, scope.family) : scope.model === model;
    if (rests && untilMs > openMs) openMs = untilMs;
  }
  return openMs;
}

/** Whether a request that goes to something in this health decides it for all others. */
export function needsProbe({ health }: HealthState): boolean {
  return health.kind === 'resting' || health.kind === 'probing' || health.kind === 'auth-failed';
}

/** How far `windows` are used for `model` against the shares that we let be used: 1 and above is too far. */
export function toPressure(windows: readonly LimitWindow[], model: string | null, nowMs: number): number {
  let pressure = 0;
  for (let at = 0; at < windows.length; at += 1) {
    const window = windows[at];
    if (window === undefined || window.usedShare === null) continue;
    const share = window.usedShare / window.shareMax;
    // The cheap question first: this is asked for every account and every request.
    if (share <= pressure || !isInScope(model, window.scope)) continue;
    if (window.resetsAtMs === null || window.resetsAtMs > nowMs) pressure = share;
  }
  return pressure;
}
