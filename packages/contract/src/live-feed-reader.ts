import { LiveEvent } from './live-events.ts';

/** One event of `GET /sse` with the id to resume from. */
export interface LiveFrame {
  readonly id: string;
  readonly event: LiveEvent;
}

/** Longest event a reader keeps in characters; a snapshot of 5,000 exchanges is about 2.5 million. */
const FRAME_CHARACTERS_MAX = 16_000_000;

/** The event in `data` of one SSE frame; null for what this version does not know, so that a newer gateway can say more. */
export function parseLiveEvent(data: string): LiveEvent | null {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const parsed = LiveEvent.safeParse(json);
  return parsed.success ? parsed.data : null;
}

/**
 * Reads the body of `GET /sse` where there is no EventSource (CLI, tests). Ends when the body ends.
 * Throws where one frame is longer than 16 million characters.
 */
export async function* readLiveFeed(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveFrame> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of body) {
    rest += decoder.decode(piece, { stream: true });
    const frames = rest.split('\n\n');
    rest = frames.pop() ?? '';
    if (rest.length > FRAME_CHARACTERS_MAX) throw new Error('a live feed frame exceeds its bound');
    for (const text of frames) {
      const frame = toFrame(text);
      if (frame !== null) yield frame;
    }
  }
}

function toFrame(text: string): LiveFrame | null {
  let id = '';
  let data: string | null = null;
  for (const line of text.split('\n')) {
    if (line.startsWith('id: ')) id = line.slice(4);
    if (line.startsWith('data: ')) data = data === null ? line.slice(6) : `${data}\n${line.slice(6)}`;
  }
  const event = data === null ? null : parseLiveEvent(data);
  return event === null ? null : { id, event };
}
