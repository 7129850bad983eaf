import { describe, expect, test } from 'bun:test';
import * as fc from 'fast-check';
import { type LiveFrame, parseLiveEvent, readLiveFeed } from './live-feed-reader.ts';

const requestId = '0197f1d2-0000-7000-8000-000000000000';
const progress = {
  type: 'request-progress',
  requestId,
  status: 200,
  outputTokens: 3,
  outputTokensEstimated: true,
  responseBytes: 40,
} as const;
const token = { type: 'request-first-token', requestId, status: 200, firstTokenMs: 12 } as const;

const FEED = [
  'retry: 1000\n\n',
  `id: p.1\nevent: request-first-token\ndata: ${JSON.stringify(token)}\n\n`,
  ': still here\n\n',
  'id: p.2\nevent: from-the-future\ndata: {"type":"from-the-future"}\n\n',
  `id: p.3\nevent: request-progress\ndata: ${JSON.stringify(progress)}\n\n`,
].join('');

async function readAll(pieces: readonly Uint8Array[]): Promise<LiveFrame[]> {
  const frames: LiveFrame[] = [];
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  for await (const frame of readLiveFeed(body)) frames.push(frame);
  return frames;
}

describe('reading the live feed', () => {
  test('gives known events with their ids, however the bytes are cut', async () => {
    const bytes = new TextEncoder().encode(FEED);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 12 }), async (cuts) => {
        const borders = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const pieces = borders.slice(1).map((border, index) => bytes.slice(borders[index], border));

        expect(await readAll(pieces)).toEqual([
          { id: 'p.1', event: token },
          { id: 'p.3', event: progress },
        ]);
      }),
      { numRuns: 50 },
    );
  });

  test.each(['', '{', '[]', '{"type":"request-progress"}', '{"type":"nobody-knows"}'])(
    '%p is no event, and no error either',
    (data) => {
      expect(parseLiveEvent(data)).toBeNull();
    },
  );
});
