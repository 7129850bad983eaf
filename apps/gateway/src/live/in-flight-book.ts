import type { InFlightRequest, LiveEvent } from '@nexus/contract';
import type { LiveProgress } from './live-feed.ts';

interface Entry {
  readonly requestId: string;
  /** What is known from the start; read only when somebody looks, as all of this is put together only then. */
  readonly readRequest: () => InFlightRequest;
  firstToken: Pick<InFlightRequest, 'status' | 'firstTokenMs'> | null;
  progress: LiveProgress | null;
  toldAtMs: number;
}

/** What is in flight now, and whose progress has not been told yet. */
export interface InFlightBook {
  add(requestId: string, readRequest: () => InFlightRequest): void;
  /** Records what the first token told; harmless for an exchange that is gone. */
  firstToken(requestId: string, status: number, firstTokenMs: number): void;
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
    add(requestId, readRequest) {
      const oldest = entries.size >= options.max ? entries.keys().next().value : undefined;
      if (oldest !== undefined) entries.delete(oldest);
      entries.set(requestId, { requestId, readRequest, firstToken: null, progress: null, toldAtMs: 0 });
    },
    firstToken(requestId, status, firstTokenMs) {
      const entry = entries.get(requestId);
      if (entry !== undefined) entry.firstToken = { status, firstTokenMs };
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
        untold.delete(entry.requestId);
        entry.toldAtMs = nowMs;
        return entry.progress === null ? [] : [{ type: 'request-progress' as const, ...entry.progress }];
      });
    },
    hasUntold: () => untold.size > 0,
  };
}

function toCurrent({ readRequest, firstToken, progress }: Entry): InFlightRequest {
  return { ...readRequest(), ...firstToken, ...progress };
}
