import type { ExportedBytes } from '@nexus/contract';

/** Bytes as an export has them. */
export function toBytesField(bytes: Uint8Array): ExportedBytes {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes).toString('base64') };
  }
}

/** The bytes of an export. */
export function toBytes(field: ExportedBytes): Buffer {
  return 'text' in field ? Buffer.from(field.text) : Buffer.from(field.base64, 'base64');
}
