import { type BatchResults, createBatchReader } from '@nexus/anthropic';
import { type BodyDecoder, createBodyDecoder, toEncodings } from './body-decoder.ts';

/** Reads the results of a batch as they pass, however many they are: none of their bytes need be kept for it. */
export interface BatchFeed {
  /** The next bytes as they came, encoded as they are; they must not change any more. */
  add(bytes: Uint8Array): void;
  /** Bytes are missing behind those that came: what follows is not read, since halves of two lines are no line. */
  cut(): void;
  /**
   * What was read, once all of it is decoded. `contentEncoding` is what the answer said it was, and `bytes` how many passed.
   * Null where nothing that was read can be trusted: the bytes were taken for something else, or some of them never came
   * and nobody knows which.
   */
  end(contentEncoding: string | null, bytes: number): Promise<BatchResults | null>;
}

/** Packed bytes that may wait to be decoded: half a second of a network of a gigabit. */
const BACKLOG_BYTES_MAX = 64 * 1024 * 1024;

export function createBatchFeed(): BatchFeed {
  const reader = createBatchReader();
  let decoder: BodyDecoder | null = null;
  let guessed: string | null = null;
  let readBytes = 0;
  let isCut = false;
  return {
    add: (bytes) => {
      if (isCut || bytes.byteLength === 0) return;
      // The headers of the answer come with the record, which may come behind the first bytes.
      guessed ??= guessEncoding(bytes);
      decoder ??= createBodyDecoder({
        contentEncoding: guessed,
        backlogBytesMax: BACKLOG_BYTES_MAX,
        onBytes: (decoded) => reader.add(decoded),
      });
      if (decoder?.write(bytes) === true) readBytes += bytes.byteLength;
      else isCut = true;
    },
    cut: () => {
      isCut = true;
    },
    end: async (contentEncoding, bytes) => {
      const isDecoded = decoder === null || (await decoder.end());
      if (guessed !== null && toEncodings(guessed).join() !== toEncodings(contentEncoding).join()) return null;
      if (!isCut && readBytes < bytes) return null;
      const { messages, tally } = reader.end();
      return { messages, tally: { ...tally, isWhole: tally.isWhole && isDecoded && !isCut } };
    },
  };
}

const WHITE_SPACE = new Set([0x09, 0x0a, 0x0d, 0x20]);
const BRACE = 0x7b;

/** By the bytes that each format begins with; brotli has none of its own. */
function guessEncoding([first = 0, second = 0]: Uint8Array): string {
  if (first === BRACE || WHITE_SPACE.has(first)) return 'identity';
  if (first === 0x1f && second === 0x8b) return 'gzip';
  if (first === 0x28 && second === 0xb5) return 'zstd';
  return first === 0x78 ? 'deflate' : 'br';
}
