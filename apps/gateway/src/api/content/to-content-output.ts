import type { RawBody } from '@nexus/contract';
import type { ContentOutput } from './content-messages.ts';

/** An operation's output as the bytes of its answer. */
export function toContentOutput(output: object): ContentOutput {
  if (!isRawBody(output)) return { bytes: new TextEncoder().encode(JSON.stringify(output)), raw: null };
  const { bytes, mediaType, contentEncoding } = output;
  // A copy: the database driver's buffer may be a window on a larger one, which cannot be moved between threads.
  return { bytes: new Uint8Array(bytes), raw: { mediaType, contentEncoding } };
}

function isRawBody(output: object): output is RawBody {
  return 'bytes' in output && output.bytes instanceof Uint8Array;
}
