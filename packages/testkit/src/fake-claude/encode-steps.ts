import { createBrotliCompress, createDeflate, createGzip, createZstdCompress, constants } from 'node:zlib';
import type { Step } from './answer.ts';
import type { Encoding } from './behaviour.ts';

/** Encodes the bytes of an answer; every piece is flushed, so that each event can be decoded when it arrives. */
export async function* encodeSteps(
  steps: Iterable<Step> | AsyncIterable<Step>,
  encoding: Encoding,
): AsyncGenerator<Step> {
  const coder = createCoder(encoding);
  let pieces: Buffer[] = [];
  coder.on('data', (piece: Buffer) => pieces.push(piece));
  const take = (): Step => {
    const bytes = Buffer.concat(pieces);
    pieces = [];
    return { do: 'send', bytes };
  };
  for await (const step of steps) {
    if (step.do !== 'send') {
      yield step;
      continue;
    }
    coder.write(step.bytes);
    await new Promise<void>((resolve) => {
      coder.flush(() => resolve());
    });
    yield take();
  }
  await new Promise<void>((resolve) => {
    coder.once('end', () => resolve());
    coder.end();
  });
  yield take();
}

function createCoder(encoding: Encoding) {
  switch (encoding) {
    case 'gzip':
      return createGzip();
    case 'deflate':
      return createDeflate();
    case 'br':
      // Quality 4: the default of 11 takes seconds on the large answers of some tests.
      return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });
    case 'zstd':
      return createZstdCompress();
    default:
      return encoding satisfies never;
  }
}
