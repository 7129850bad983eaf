import type { InFlightRequest, LiveEvent, RequestSummary } from '@nexus/contract';

/** Rows kept of exchanges that ended while the page was open; older ones are in the list of requests. */
export const ENDED_MAX = 60;
/** Span over which output tokens per second are told. */
const RATE_WINDOW_MS = 5_000;
const ERROR_WINDOW_MS = 3_600_000;
/** Instants of errors kept; beyond, the number is "at least". */
export const ERRORS_MAX = 1_000;
/** An exchange that the feed never ends (a lost event) leaves the screen after this, longer than any exchange may take. */
const FORGOTTEN_AFTER_MS = 20 * 60_000;

export type EndedEvent = Extract<LiveEvent, { type: 'request-ended' }>;

/** An exchange that ended while we watched: what the feed said, and the recorded row once it is there. */
export interface EndedRequest {
  readonly requestId: string;
  readonly endedAtMs: number;
  readonly seen: InFlightRequest | null;
  readonly end: EndedEvent | null;
  readonly recorded: RequestSummary | null;
}

export interface LiveState {
  /** Newest first. */
  readonly inFlight: readonly InFlightRequest[];
  readonly ended: readonly EndedRequest[];
  /** Output tokens that arrived, with when. */
  readonly pulses: readonly (readonly [atMs: number, tokens: number])[];
  readonly errorsAtMs: readonly number[];
  /** This clock minus the gateway's, so that elapsed times start at zero. */
  readonly skewMs: number | null;
  /** When the feed had to skip events, because we were away for too long. */
  readonly gapAtMs: number | null;
}

export const EMPTY_LIVE_STATE: LiveState = {
  inFlight: [],
  ended: [],
  pulses: [],
  errorsAtMs: [],
  skewMs: null,
  gapAtMs: null,
};

/** The state after `events`, which all arrived by `atMs` (epoch ms). */
export function reduceLive(state: LiveState, events: readonly LiveEvent[], atMs: number): LiveState {
  const draft = toDraft(state);
  for (const event of events) applyEvent(draft, event, atMs);
  return {
    inFlight: [...draft.inFlight.values()]
      .filter((request) => atMs - Date.parse(request.startedAt) < FORGOTTEN_AFTER_MS)
      .sort((a, b) => (a.startedAt < b.startedAt ? 1 : -1)),
    ended: [...draft.ended.values()].sort((a, b) => b.endedAtMs - a.endedAtMs).slice(0, ENDED_MAX),
    pulses: draft.pulses.filter(([at]) => atMs - at < RATE_WINDOW_MS),
    errorsAtMs: draft.errorsAtMs.filter((at) => atMs - at < ERROR_WINDOW_MS).slice(-ERRORS_MAX),
    skewMs: draft.skewMs,
    gapAtMs: draft.gapAtMs,
  };
}

/** Output tokens a second over the last five seconds. */
export function tokensPerSecond(state: LiveState, nowMs: number): number {
  const recent = state.pulses.filter(([at]) => nowMs - at < RATE_WINDOW_MS);
  return recent.reduce((sum, [, tokens]) => sum + tokens, 0) / (RATE_WINDOW_MS / 1_000);
}

/** Exchanges that went wrong in the last hour while this page watched. */
export function errorsInLastHour(state: LiveState, nowMs: number): number {
  return state.errorsAtMs.filter((at) => nowMs - at < ERROR_WINDOW_MS).length;
}

/** Milliseconds that an exchange has been in flight, by the gateway's clock. */
export function elapsedMs(request: InFlightRequest, state: Pick<LiveState, 'skewMs'>, nowMs: number): number {
  return Math.max(0, nowMs - (state.skewMs ?? 0) - Date.parse(request.startedAt));
}

interface Draft {
  inFlight: Map<string, InFlightRequest>;
  ended: Map<string, EndedRequest>;
  pulses: (readonly [number, number])[];
  errorsAtMs: number[];
  skewMs: number | null;
  gapAtMs: number | null;
}

function toDraft(state: LiveState): Draft {
  return {
    inFlight: new Map(state.inFlight.map((request) => [request.requestId, request])),
    ended: new Map(state.ended.map((ended) => [ended.requestId, ended])),
    pulses: [...state.pulses],
    errorsAtMs: [...state.errorsAtMs],
    skewMs: state.skewMs,
    gapAtMs: state.gapAtMs,
  };
}

function applyEvent(draft: Draft, event: LiveEvent, atMs: number): void {
  switch (event.type) {
    case 'snapshot':
    case 'gap':
      draft.inFlight = new Map(event.inFlight.map((request) => [request.requestId, request]));
      draft.gapAtMs = event.type === 'gap' ? atMs : draft.gapAtMs;
      return;
    case 'request-started': {
      // The smallest distance ever seen is the one with the least time on the wire in it.
      const distanceMs = atMs - Date.parse(event.request.startedAt);
      draft.skewMs = draft.skewMs === null ? distanceMs : Math.min(draft.skewMs, distanceMs);
      draft.inFlight.set(event.request.requestId, event.request);
      return;
    }
    case 'request-first-token':
      change(draft, event.requestId, { status: event.status, firstTokenMs: event.firstTokenMs });
      return;
    case 'request-progress': {
      const before = draft.inFlight.get(event.requestId)?.outputTokens ?? event.outputTokens;
      if (event.outputTokens > before) draft.pulses.push([atMs, event.outputTokens - before]);
      const { status, outputTokens, outputTokensEstimated, responseBytes } = event;
      change(draft, event.requestId, { status, outputTokens, outputTokensEstimated, responseBytes });
      return;
    }
    case 'request-ended':
      applyEnd(draft, event, atMs);
      return;
    case 'request-recorded':
      applyRecorded(draft, event.request, atMs);
      return;
    case 'turn-added': {
      const known = draft.ended.get(event.request.requestId);
      if (known) draft.ended.set(event.request.requestId, { ...known, recorded: event.request });
      return;
    }
    case 'conversation-created':
    case 'branch-forked':
    case 'sub-agent-started':
    case 'sub-agent-ended':
    case 'conversations-changed':
    case 'account-rested':
    case 'account-recovered':
    case 'account-expiring':
    case 'keys-changed':
    case 'limits-changed':
      // What they tell, lists and pages read from the API.
      return;
    default:
      event satisfies never;
  }
}

function change(draft: Draft, requestId: string, fields: Partial<InFlightRequest>): void {
  const request = draft.inFlight.get(requestId);
  if (request) draft.inFlight.set(requestId, { ...request, ...fields });
}

function applyEnd(draft: Draft, end: EndedEvent, atMs: number): void {
  const seen = draft.inFlight.get(end.requestId) ?? null;
  const late = (end.usage?.outputTokens ?? 0) - (seen?.outputTokens ?? 0);
  if (late > 0) draft.pulses.push([atMs, late]);
  if (isError(end.outcome)) draft.errorsAtMs.push(atMs);
  draft.inFlight.delete(end.requestId);
  const recorded = draft.ended.get(end.requestId)?.recorded ?? null;
  draft.ended.set(end.requestId, { requestId: end.requestId, endedAtMs: atMs, seen, end, recorded });
}

function applyRecorded(draft: Draft, recorded: RequestSummary, atMs: number): void {
  const known = draft.ended.get(recorded.requestId);
  const seen = known?.seen ?? draft.inFlight.get(recorded.requestId) ?? null;
  const endedAtMs = known?.endedAtMs ?? atMs;
  if (!known?.end && isError(recorded.outcome)) draft.errorsAtMs.push(atMs);
  draft.inFlight.delete(recorded.requestId);
  draft.ended.set(recorded.requestId, {
    requestId: recorded.requestId,
    endedAtMs,
    seen,
    end: known?.end ?? null,
    recorded,
  });
}

/** A caller that left is not an error of anybody. */
function isError(outcome: RequestSummary['outcome']): boolean {
  return outcome !== 'completed' && outcome !== 'aborted';
}
