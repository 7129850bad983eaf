import { type LiveEvent, readLiveFeed } from '@nexus/contract';

/** Whether events arrive now: the first try, arriving, lost and trying again, or not allowed to watch. */
export type LiveConnectionState = 'connecting' | 'open' | 'lost' | 'locked';

export interface LiveConnectionOptions {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly onEvent: (event: LiveEvent) => void;
  readonly onState: (state: LiveConnectionState) => void;
}

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;
/** The gateway sends a comment every 15 s; a line this silent is dead, whatever TCP says. */
const SILENCE_MAX_MS = 40_000;

/**
 * Watches `GET /sse` until `signal` aborts. Comes back by itself after a loss, with the id of the last event seen, so
 * that nothing is missed while the gateway still remembers it.
 */
export async function watchLive(options: LiveConnectionOptions, signal: AbortSignal): Promise<void> {
  let lastEventId: string | null = null;
  let retryMs = RETRY_FIRST_MS;
  while (!signal.aborted) {
    const end = await watchOnce(options, { lastEventId, signal });
    lastEventId = end.lastEventId;
    if (signal.aborted) return;
    options.onState(end.locked ? 'locked' : 'lost');
    if (end.locked) return;
    retryMs = end.sawEvents ? RETRY_FIRST_MS : Math.min(retryMs * 2, RETRY_MAX_MS);
    await pause(retryMs, signal);
  }
}

interface WatchEnd {
  readonly lastEventId: string | null;
  readonly sawEvents: boolean;
  readonly locked: boolean;
}

async function watchOnce(
  options: LiveConnectionOptions,
  from: { lastEventId: string | null; signal: AbortSignal },
): Promise<WatchEnd> {
  const silence = new AbortController();
  let silenceTimer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
  let lastEventId = from.lastEventId;
  let sawEvents = false;
  try {
    const answer = await options.fetch('/sse', {
      headers: { accept: 'text/event-stream', ...(lastEventId === null ? {} : { 'last-event-id': lastEventId }) },
      signal: AbortSignal.any([from.signal, silence.signal]),
    });
    if (answer.status === 401 || answer.status === 403) return { lastEventId, sawEvents, locked: true };
    if (!answer.ok || !answer.body) return { lastEventId, sawEvents, locked: false };
    options.onState('open');
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        clearTimeout(silenceTimer);
        silenceTimer = setTimeout(() => silence.abort(), SILENCE_MAX_MS);
        controller.enqueue(piece);
      },
    });
    for await (const frame of readLiveFeed(answer.body.pipeThrough(heard))) {
      lastEventId = frame.id;
      sawEvents = true;
      options.onEvent(frame.event);
    }
  } catch {
    // A lost line and an abort look the same here; the loop above tells them apart by the signal.
  } finally {
    clearTimeout(silenceTimer);
  }
  return { lastEventId, sawEvents, locked: false };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
