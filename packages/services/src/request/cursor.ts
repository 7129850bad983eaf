import { GatewayError } from '@nexus/contract';
import type { RequestCursor } from '@nexus/storage';

/** The place where a page ended as an opaque text that travels in a URL. */
export function toCursorText({ startedAtMs, requestId }: RequestCursor): string {
  return Buffer.from(`${startedAtMs}.${requestId}`).toString('base64url');
}

/** @throws {GatewayError} `field-invalid` for a text that {@link toCursorText} did not make. */
export function parseCursor(text: string): RequestCursor {
  const [, startedAtMs, requestId] =
    /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (startedAtMs === undefined || requestId === undefined) {
    throw new GatewayError('field-invalid', { publicMessage: 'cursor: take it from `nextCursor` of the page before' });
  }
  return { startedAtMs: Number(startedAtMs), requestId };
}
