import type { InFlightRequest, LiveEvent } from '@nexus/contract';
import type { LiveProgress } from './live-feed.ts';

interface Entry {
  request: InFlightRequest;
  /** The newest progress; merged into `request` only when somebody looks. */
  progress: LiveProgress | null;
  toldAtMs: number;
}

/** What is in flight now, and whose progress has not been told yet. */
export interface InFlightBook {
  add(request: InFlightRequest): void;
  /** Records what the first token told; harmless for an exchange that is gone. */
  update(requestId: string, change: Partial<InFlightRequest>): void;
  /** Costs two map look-ups, however often it is called. */
  progress(progress: LiveProgress): void;
  remove(requestId: string): void;
  list(): readonly InFlightRequest[];
  /** Progress events whose turn has come; each exchange gets one per `progressEveryMs`. */
  takeProgress(nowMs: number): readonly LiveEvent[];
  hasUntold(): boolean;
}

/** A book of at most `max` exchanges; beyond it the oldest is forgotten, whose end must have been lost. */
export function createInFlightBook(options: { readonly progressEveryMs: number; readonly max: number }): InFlightBook {
  const entries = new Map<string, Entry>();
  const untold = new Map<string, Entry>();

  return {
    add(request) {
      const oldest = entries.size >= options.max ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
      entries.set(request.requestId, { request, progress: null, toldAtMs: 0 });
    },
    update(requestId, change) {
      const entry = entries.get(requestId);
      if (entry !== undefined) entry.request = { ...entry.request, ...change };
    },
    progress(progress) {
      const entry = entries.get(progress.requestId);
      if (entry === undefined) return;
      entry.progress = progress;
      untold.set(progress.requestId, entry);
    },
    remove(requestId) {
      entries.delete(requestId);
      untold.delete(requestId);
    },
    list: () => [...entries.values()].map(toCurrent),
    takeProgress(nowMs) {
      const due = [...untold.values()].filter((entry) => nowMs - entry.toldAtMs >= options.progressEveryMs);
      return due.flatMap((entry) => {
        untold.delete(entry.request.requestId);
        entry.toldAtMs = nowMs;
        return entry.progress === null ? [] : [{ type: 'request-progress' as const, ...entry.progress }];
      });
    },
    hasUntold: () => untold.size > 0,
  };
}

function toCurrent({ request, progress }: Entry): InFlightRequest {
  return { ...request, ...progress };
}
