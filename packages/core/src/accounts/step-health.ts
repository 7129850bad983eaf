import { HEALTHY, type Health, type HealthEvent, type HealthState, type ModelRest, type RestReason } from './health.ts';
import { type LimitWindow, isInScope } from './limit-window.ts';

/** A 429 that tells no time is a spike of seconds; resting hours for it would empty a pool for nothing. */
const THROTTLE_MS = { first: 5_000, max: 60_000 } as const;
const ERRORS_MS = { first: 30_000, max: 600_000 } as const;
const UNREACHABLE_MS = { first: 5_000, max: 120_000 } as const;
/** Whoever gives tokens may be away for a moment, or the login may be gone for good. */
const NO_TOKEN_MS = { first: 5_000, max: 600_000 } as const;
/** So many upstream errors within the span, and no good answer between them. */
const ERRORS_MAX = 3;
const ERRORS_SPAN_MS = 60_000;
const UNREACHABLE_MAX = 2;
/** A refused credential is tried again this often, in case that somebody mended it elsewhere. */
const AUTH_PROBE_MS = 900_000;
/** Claude's longest window is a week; an odd header must not take an account away for longer. */
const REST_MS_MAX = 8 * 86_400_000;
/** A model that a credential may not use: asked again this often. */
const FORBIDDEN_MS = 900_000;
const MODEL_RESTS_MAX = 32;
/** A request that probes and was never heard of again blocks its account for this long. */
export const PROBE_MS_MAX = 60_000;

/** The state after `event`. What came before `nowMs` (epoch milliseconds) and is over is forgotten on the way. */
export function stepHealth(state: HealthState, event: HealthEvent, nowMs: number): HealthState {
  switch (event.kind) {
    case 'answered':
      return stepAnswered(state, event.windows, nowMs);
    case 'throttled':
      return stepThrottled(state, event, nowMs);
    case 'errored':
      return stepErrored(state, nowMs);
    case 'unreachable':
      return stepUnreachable(state, nowMs);
    case 'no-token':
      return rest(state, { untilMs: nowMs + toBackOffMs(NO_TOKEN_MS, state.restCount), because: 'no-token' }, nowMs);
    case 'unauthenticated':
      return failAuth(state, event.because, nowMs);
    case 'forbidden':
      return stepForbidden(state, event.model, nowMs);
    case 'probe-started':
      return stepProbeStarted(state, nowMs);
    case 'probe-abandoned':
      return stepProbeAbandoned(state, nowMs);
    case 'renewed':
      return isOff(state.health) ? state : { ...HEALTHY, windows: state.windows };
    case 'paused':
      return state.health.kind === 'disabled' ? state : withHealth(state, { kind: 'paused' });
    case 'resumed':
      return state.health.kind === 'paused' ? { ...HEALTHY, windows: state.windows } : state;
    case 'disabled':
      return withHealth(state, { kind: 'disabled' });
    case 'enabled':
      return state.health.kind === 'disabled' ? { ...HEALTHY, windows: state.windows } : state;
    default:
      return event satisfies never;
  }
}

function stepAnswered(state: HealthState, windows: readonly LimitWindow[] | null, nowMs: number): HealthState {
  // Nearly every answer of a healthy account changes nothing.
  if (state.health.kind === 'healthy' && isClean(state) && windows === null) return state;
  return {
    // A good answer that was under way when a rest began says nothing about that rest; only a probe ends it.
    health: state.health.kind === 'probing' ? { kind: 'healthy' } : state.health,
    restCount: state.health.kind === 'resting' ? state.restCount : 0,
    errorsMs: NONE,
    unreachableCount: 0,
    modelRests: keepCurrent(state.modelRests, nowMs),
    windows: windows ?? state.windows,
  };
}

const NONE: readonly never[] = [];

function isClean({ restCount, errorsMs, unreachableCount, modelRests }: HealthState): boolean {
  return restCount === 0 && errorsMs.length === 0 && unreachableCount === 0 && modelRests.length === 0;
}

function stepThrottled(
  state: HealthState,
  event: Extract<HealthEvent, { kind: 'throttled' }>,
  nowMs: number,
): HealthState {
  const windows = event.windows.length === 0 ? state.windows : event.windows;
  const told = { ...state, windows };
  const usedUp = event.windows.filter((window) => isUsedUp(window, event, nowMs));
  const ofModels = usedUp.filter((window) => window.scope !== null);
  const general = usedUp.filter((window) => window.scope === null);
  const rested = ofModels.reduce(
    (next, window) => restModels(next, toModelRest(window, event.model, nowMs), nowMs),
    told,
  );
  if (general.length === 0 && ofModels.length > 0) return settleProbe(rested);
  if (general.length > 0) {
    const untilMs = Math.max(...general.map((window) => window.resetsAtMs ?? 0));
    return rest(rested, { untilMs, because: 'window-used-up' }, nowMs);
  }
  const pauseMs = event.retryAfterMs ?? toBackOffMs(THROTTLE_MS, state.restCount);
  return rest(rested, { untilMs: nowMs + pauseMs, because: 'rate-limited' }, nowMs);
}

/** Limits a minute are refilled all the time: where `retry-after` stands beside them, it knows better than their reset. */
function isUsedUp(
  window: LimitWindow,
  { retryAfterMs }: { readonly retryAfterMs: number | null },
  nowMs: number,
): boolean {
  if (!window.isRejected || window.resetsAtMs === null || window.resetsAtMs <= nowMs) return false;
  return retryAfterMs === null || /^\d/.test(window.name);
}

/** A window of a family that the asked model does not belong to by name has been rejected for it all the same. */
function toModelRest(window: LimitWindow, model: string | null, nowMs: number): ModelRest {
  const family = window.scope ?? '';
  const scope = model === null || isInScope(model, family) ? { family } : { model };
  const untilMs = Math.min(window.resetsAtMs ?? nowMs, nowMs + REST_MS_MAX);
  return { scope, untilMs, because: 'window-used-up' };
}

function stepErrored(state: HealthState, nowMs: number): HealthState {
  const errorsMs = [...state.errorsMs.filter((atMs) => nowMs - atMs < ERRORS_SPAN_MS), nowMs].slice(-ERRORS_MAX);
  const next = { ...state, errorsMs };
  // What rested for errors and fails its probe rests again at once, and longer.
  if (errorsMs.length < ERRORS_MAX && state.health.kind !== 'probing') return next;
  const untilMs = nowMs + toBackOffMs(ERRORS_MS, state.restCount);
  return rest(next, { untilMs, because: 'upstream-errors' }, nowMs);
}

function stepUnreachable(state: HealthState, nowMs: number): HealthState {
  const unreachableCount = Math.min(state.unreachableCount + 1, UNREACHABLE_MAX);
  const next = { ...state, unreachableCount };
  if (unreachableCount < UNREACHABLE_MAX && state.health.kind !== 'probing') return next;
  const untilMs = nowMs + toBackOffMs(UNREACHABLE_MS, state.restCount);
  return rest(next, { untilMs, because: 'unreachable' }, nowMs);
}

/**
 * A model that is not allowed rests for this account; anybody may ask for one, so it must not take the account away from
 * all the others.
 */
function stepForbidden(state: HealthState, model: string | null, nowMs: number): HealthState {
  if (model === null) return settleProbe(state);
  const rested: ModelRest = { scope: { model }, untilMs: nowMs + FORBIDDEN_MS, because: 'forbidden' };
  return settleProbe(restModels(state, rested, nowMs));
}

function stepProbeStarted(state: HealthState, nowMs: number): HealthState {
  const { health } = state;
  if (health.kind === 'resting' || health.kind === 'probing') {
    return withHealth(state, { kind: 'probing', sinceMs: nowMs, because: health.because });
  }
  if (health.kind === 'auth-failed') {
    return withHealth(state, { kind: 'probing', sinceMs: nowMs, because: 'auth-failed' });
  }
  return state;
}

/** The next request may find out. */
function stepProbeAbandoned(state: HealthState, nowMs: number): HealthState {
  const { health } = state;
  if (health.kind !== 'probing') return state;
  if (health.because === 'auth-failed') {
    return withHealth(state, { kind: 'auth-failed', probeAtMs: nowMs, because: 'not found out yet' });
  }
  return withHealth(state, { kind: 'resting', untilMs: nowMs, because: health.because });
}

function failAuth(state: HealthState, because: string, nowMs: number): HealthState {
  if (isOff(state.health)) return state;
  return withHealth(state, { kind: 'auth-failed', probeAtMs: nowMs + AUTH_PROBE_MS, because });
}

/** The account answers, if not for this model: whatever it was probed for is over. */
function settleProbe(state: HealthState): HealthState {
  return state.health.kind === 'probing' ? withHealth(state, { kind: 'healthy' }) : state;
}

interface Rest {
  readonly untilMs: number;
  readonly because: RestReason;
}

/** Rests, or rests longer. Failures that were under way when a rest began do not step the back-off again. */
function rest(state: HealthState, { untilMs, because }: Rest, nowMs: number): HealthState {
  const { health } = state;
  if (isOff(health) || health.kind === 'auth-failed') return state;
  const boundedMs = Math.min(untilMs, nowMs + REST_MS_MAX);
  if (health.kind === 'resting' && health.untilMs > nowMs) {
    const toldTime = because === 'window-used-up' && boundedMs > health.untilMs;
    return toldTime ? withHealth(state, { kind: 'resting', untilMs: boundedMs, because }) : state;
  }
  return {
    ...withHealth(state, { kind: 'resting', untilMs: boundedMs, because }),
    restCount: state.restCount + 1,
    errorsMs: NONE,
    unreachableCount: 0,
  };
}

function restModels(state: HealthState, added: ModelRest, nowMs: number): HealthState {
  const others = keepCurrent(state.modelRests, nowMs).filter(({ scope }) => !isSameScope(scope, added.scope));
  return { ...state, modelRests: [...others, added].slice(-MODEL_RESTS_MAX) };
}

function isSameScope(one: ModelRest['scope'], other: ModelRest['scope']): boolean {
  if ('family' in one) return 'family' in other && one.family === other.family;
  return 'model' in other && one.model === other.model;
}

function keepCurrent(rests: readonly ModelRest[], nowMs: number): readonly ModelRest[] {
  return rests.every(({ untilMs }) => untilMs > nowMs) ? rests : rests.filter(({ untilMs }) => untilMs > nowMs);
}

function toBackOffMs({ first, max }: { readonly first: number; readonly max: number }, count: number): number {
  return Math.min(first * 2 ** Math.min(count, 20), max);
}

function isOff(health: Health): boolean {
  return health.kind === 'paused' || health.kind === 'disabled';
}

function withHealth(state: HealthState, health: Health): HealthState {
  return { ...state, health };
}
