import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

/** A decoded body may be this large; beyond, only its raw bytes are recorded. */
const DECODED_BYTES_MAX = 128 * 1024 * 1024;

/**
 * The body without its `content-encoding`; as much as can be decoded where it was cut (zstd: whole blocks, which a server
 * of events ends after each). Null where the encoding is unknown, the bytes are not what it says, or nothing could be decoded.
 */
export function decodeBody(body: Uint8Array, contentEncoding: string | null): Uint8Array | null {
  let decoded: Uint8Array | null = body;
  // The last name was applied last (RFC 9110 §8.4).
  for (const name of toEncodings(contentEncoding).toReversed()) {
    decoded = decoded === null || decoded.byteLength === 0 ? decoded : decodeSome(decoded, name);
  }
  return decoded;
}

function toEncodings(contentEncoding: string | null): string[] {
  const names = (contentEncoding ?? '').toLowerCase().split(',');
  return names.map((name) => name.trim()).filter((name) => name !== '' && name !== 'identity');
}

/** A decoder that was cut in its first block ends without a word and without a byte; that is not an empty body. */
function decodeSome(body: Uint8Array, encoding: string): Uint8Array | null {
  const decoded = decodeOnce(body, encoding);
  return decoded?.byteLength === 0 ? null : decoded;
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
