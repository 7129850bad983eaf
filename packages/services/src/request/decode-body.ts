import { promisify } from 'node:util';
import * as zlib from 'node:zlib';

/** A recorded answer is at most 64 MB; a small one must not unfold into all our memory. */
const DECODED_BYTES_MAX = 134_217_728;

// A cut answer is a record too: what can be decoded of it is shown.
const GZIP = { maxOutputLength: DECODED_BYTES_MAX, finishFlush: zlib.constants.Z_SYNC_FLUSH };
const BROTLI = { maxOutputLength: DECODED_BYTES_MAX, finishFlush: zlib.constants.BROTLI_OPERATION_FLUSH };
const ZSTD = { maxOutputLength: DECODED_BYTES_MAX, finishFlush: zlib.constants.ZSTD_e_flush };

const gunzip = promisify(zlib.gunzip);
const inflate = promisify(zlib.inflate);
const inflateRaw = promisify(zlib.inflateRaw);
const brotliDecompress = promisify(zlib.brotliDecompress);
const zstdDecompress = promisify(zlib.zstdDecompress);

/** Body bytes without their `content-encoding`; null where it is not known or the bytes are not in it. */
export async function decodeBody(bytes: Uint8Array, encoding: string | null): Promise<Uint8Array | null> {
  let decoded: Uint8Array | null = bytes;
  // Encodings are named in the order in which they were applied (RFC 9110 §8.4).
  for (const name of (encoding ?? '').toLowerCase().split(',').toReversed()) {
    if (decoded === null) return null;
    decoded = await decodeOnce(decoded, name.trim()).catch(() => null);
  }
  return decoded;
}

async function decodeOnce(bytes: Uint8Array, encoding: string): Promise<Uint8Array | null> {
  switch (encoding) {
    case '':
    case 'identity':
      return bytes;
    case 'gzip':
    case 'x-gzip':
      return gunzip(bytes, GZIP);
    case 'deflate':
      // Some servers send it without the zlib wrapper that the standard asks for.
      return inflate(bytes, GZIP).catch(() => inflateRaw(bytes, GZIP));
    case 'br':
      return brotliDecompress(bytes, BROTLI);
    case 'zstd':
      return zstdDecompress(bytes, ZSTD);
    default:
      return null;
  }
}
