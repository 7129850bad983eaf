import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

/** A decoded body may be this large; beyond, only its raw bytes are recorded. */
export const DECODED_BYTES_MAX = 128 * 1024 * 1024;

/**
 * The body without its `content-encoding`; what came of it where it was cut. Null where the encoding is unknown or the
 * bytes are not what it says.
 */
export function decodeBody(body: Uint8Array, contentEncoding: string | null): Uint8Array | null {
  let decoded: Uint8Array | null = body;
  // The last name was applied last (RFC 9110 §8.4).
  for (const name of toEncodings(contentEncoding).toReversed()) {
    decoded = decoded === null ? null : decodeOnce(decoded, name);
  }
  return decoded;
}

function toEncodings(contentEncoding: string | null): string[] {
  const names = (contentEncoding ?? '').toLowerCase().split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
}

const OPTIONS = { maxOutputLength: DECODED_BYTES_MAX };

function decodeOnce(body: Uint8Array, encoding: string): Uint8Array | null {
  try {
    switch (encoding) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, { ...OPTIONS, finishFlush: constants.Z_SYNC_FLUSH });
      case 'deflate':
        return inflateEither(body);
      case 'br':
        return brotliDecompressSync(body, { ...OPTIONS, finishFlush: constants.BROTLI_OPERATION_FLUSH });
      case 'zstd':
        return zstdDecompressSync(body, { ...OPTIONS, finishFlush: constants.ZSTD_e_flush });
      default:
        return null;
    }
  } catch {
    return null;
  }
}

/** Servers send both the zlib wrapping that the standard asks for and bare deflate. */
function inflateEither(body: Uint8Array): Uint8Array {
  const options = { ...OPTIONS, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    return inflateSync(body, options);
  } catch {
    return inflateRawSync(body, options);
  }
}
