import { type Socket, connect } from 'node:net';
import { toPercentile } from '../percentile.ts';
import { toRequestBytes } from './raw-exchange.ts';

/** What the callers of many paced streams saw. */
export interface PacedResult {
  readonly streams: number;
  readonly failed: number;
  readonly events: number;
  readonly firstTokenP50Ms: number;
  readonly firstTokenP99Ms: number;
  /** How much later than its pace an event came. */
  readonly lateP50Ms: number;
  readonly lateP99Ms: number;
}

export interface PacedOptions {
  readonly url: string;
  readonly streams: number;
  readonly gapMs: number;
  readonly body: Uint8Array;
}

const EVENT = Buffer.from('event: content_block_delta');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');
/** Streams begin evenly within this time, as callers do. */
const RAMP_MS = 1000;

/** Opens `streams` connections, one stream on each, and measures each event against the pace of its stream. */
export async function runPacedStreams({ url, streams, gapMs, body }: PacedOptions): Promise<PacedResult> {
  const request = toRequestBytes(url, body);
  const firstMs: number[] = [];
  const lateMs: number[] = [];
  const counts = { failed: 0, events: 0 };
  await Promise.all(
    Array.from({ length: streams }, async (_, index) => {
      await Bun.sleep((index * RAMP_MS) / streams);
      const arrivals = await readStream(url, request);
      counts.events += arrivals.atMs.length;
      if (!arrivals.ended) counts.failed += 1;
      const [first] = arrivals.atMs;
      if (first === undefined) return;
      firstMs.push(first);
      for (let event = 1; event < arrivals.atMs.length; event += 1) {
        lateMs.push((arrivals.atMs[event] ?? 0) - (arrivals.atMs[event - 1] ?? 0) - gapMs);
      }
    }),
  );
  return {
    streams,
    ...counts,
    firstTokenP50Ms: toPercentile(firstMs, 50),
    firstTokenP99Ms: toPercentile(firstMs, 99),
    lateP50Ms: toPercentile(lateMs, 50),
    lateP99Ms: toPercentile(lateMs, 99),
  };
}

/** Instants, since the request was sent, at which deltas came. */
async function readStream(url: string, request: Buffer): Promise<{ atMs: number[]; ended: boolean }> {
  const { hostname, port } = new URL(url);
  const atMs: number[] = [];
  const done = Promise.withResolvers<boolean>();
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let startMs = 0;
  socket.on('connect', () => {
    startMs = performance.now();
    socket.write(request);
  });
  socket.on('data', (piece: Buffer) => {
    const nowMs = performance.now() - startMs;
    for (let at = piece.indexOf(EVENT); at !== -1; at = piece.indexOf(EVENT, at + 1)) atMs.push(nowMs);
    if (piece.subarray(-LAST_CHUNK.byteLength).equals(LAST_CHUNK)) done.resolve(true);
  });
  socket.on('error', () => done.resolve(false));
  socket.on('close', () => done.resolve(false));
  const ended = await done.promise;
  socket.destroy();
  return { atMs, ended };
}
