import type { InFlightRequest, LiveEvent } from '@nexus/contract';

/** What is in flight at other processes, as they told. */
export interface NeighbourBook {
  note(token: string, events: readonly LiveEvent[], nowMs: number): void;
  /** Takes all that is in flight at one process; gives what is new of it, and whether anything is gone that never ended. */
  replace(token: string, requests: readonly InFlightRequest[], nowMs: number): Replaced;
  /** Forgets those that were not heard since; true where something was in flight there. */
  dropSilent(sinceMs: number): boolean;
  list(): readonly InFlightRequest[];
}

export interface Replaced {
  readonly started: readonly InFlightRequest[];
  readonly areGone: boolean;
}

interface Neighbour {
  inFlight: Map<string, InFlightRequest>;
  heardAtMs: number;
}

const NEIGHBOURS_MAX = 100;
const IN_FLIGHT_MAX = 5_000;

export function createNeighbourBook(): NeighbourBook {
  const neighbours = new Map<string, Neighbour>();

  function open(token: string, nowMs: number): Neighbour {
    const known = neighbours.get(token);
    if (known !== undefined) return Object.assign(known, { heardAtMs: nowMs });
    const [oldest] = neighbours.keys();
    if (neighbours.size >= NEIGHBOURS_MAX && oldest !== undefined) neighbours.delete(oldest);
    const made: Neighbour = { inFlight: new Map(), heardAtMs: nowMs };
    neighbours.set(token, made);
    return made;
  }

  return {
    note(token, events, nowMs) {
      const { inFlight } = open(token, nowMs);
      for (const event of events) noteEvent(inFlight, event);
    },
    replace(token, requests, nowMs) {
      const neighbour = open(token, nowMs);
      const before = neighbour.inFlight;
      neighbour.inFlight = new Map(requests.slice(-IN_FLIGHT_MAX).map((request) => [request.requestId, request]));
      return {
        started: requests.filter(({ requestId }) => !before.has(requestId)),
        areGone: [...before.keys()].some((requestId) => !neighbour.inFlight.has(requestId)),
      };
    },
    dropSilent(sinceMs) {
      let areGone = false;
      for (const [token, { inFlight, heardAtMs }] of neighbours) {
        if (heardAtMs >= sinceMs) continue;
        neighbours.delete(token);
        areGone ||= inFlight.size > 0;
      }
      return areGone;
    },
    list: () => [...neighbours.values()].flatMap(({ inFlight }) => Array.from(inFlight.values())),
  };
}

function noteEvent(inFlight: Map<string, InFlightRequest>, event: LiveEvent): void {
  switch (event.type) {
    case 'request-started':
      if (inFlight.size < IN_FLIGHT_MAX) inFlight.set(event.request.requestId, event.request);
      return;
    case 'request-first-token':
    case 'request-progress': {
      const { type: _, ...progress } = event;
      const known = inFlight.get(event.requestId);
      if (known !== undefined) inFlight.set(event.requestId, { ...known, ...progress });
      return;
    }
    case 'request-ended':
      inFlight.delete(event.requestId);
      return;
    default:
  }
}
