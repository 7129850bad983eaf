import { GatewayError } from '@nexus/contract';

/** The place where a page of a list by time ended. */
export interface KeysetCursor {
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly id: string;
}

/** The place as an opaque text that travels in a URL. */
export function toCursorText({ atMs, id }: KeysetCursor): string {
  return Buffer.from(`${atMs}.${id}`).toString('base64url');
}

/** @throws {GatewayError} `field-invalid` for a text that {@link toCursorText} did not make. */
export function parseCursor(text: string): KeysetCursor {
  const [, atMs, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (atMs === undefined || id === undefined) {
    throw new GatewayError('field-invalid', { publicMessage: 'cursor: take it from `nextCursor` of the page before' });
  }
  return { atMs: Number(atMs), id };
}
