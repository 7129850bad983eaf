import { toFieldError } from '@nexus/contract';
import type { Keyset } from '@nexus/storage';

/** Where the next page begins as an opaque text that travels in a URL; null on the last page. */
export function toNextCursor(next: Keyset | null): string | null {
  return next === null ? null : Buffer.from(`${next.atMs}.${next.id}`).toString('base64url');
}

/**
 * The place that a cursor names; undefined for the first page.
 * @throws {GatewayError} `field-invalid` for a text that {@link toNextCursor} did not make.
 */
export function parseCursor(text: string | undefined): Keyset | undefined {
  if (text === undefined) return undefined;
  const [, atMs, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  if (atMs === undefined || id === undefined) {
    throw toFieldError('cursor', 'take it from `nextCursor` of the page before');
  }
  return { atMs: Number(atMs), id };
}
