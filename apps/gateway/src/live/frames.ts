import type { FeedEvent } from './event-ring.ts';

/** Events of the feed as the bytes of server-sent events, and ids back to places in the feed. */
export interface Frames {
  toBytes(events: readonly FeedEvent[]): Uint8Array;
  /** The first bytes of an answer: how soon to come back after a cut, then `events`. */
  toOpeningBytes(events: readonly FeedEvent[]): Uint8Array;
  /** The sequence in an id of this process; -1 for an id of another process or of nobody. */
  parseId(id: string): number;
}

const encoder = new TextEncoder();

export function createFrames(processToken: string): Frames {
  function toText(entry: FeedEvent): string {
    entry.text ??= toFrame(`${processToken}.${entry.sequence}`, entry.event);
    return entry.text;
  }

  return {
    toBytes: (events) => encoder.encode(events.map(toText).join('')),
    toOpeningBytes: (events) => encoder.encode(`retry: 1000\n\n${events.map(toText).join('')}`),
    parseId(id) {
      const [token, sequence = ''] = id.split('.');
      return token === processToken && /^\d{1,15}$/.test(sequence) ? Number(sequence) : -1;
    },
  };
}

function toFrame(id: string, told: FeedEvent['event']): string {
  const event = typeof told === 'function' ? told() : told;
  return `id: ${id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}
