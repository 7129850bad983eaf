import { toFieldError } from '@nexus/contract';
import type { SearchCursor } from '@nexus/storage';

/** The place as an opaque text that travels in a URL. */
export function toSearchCursorText({ saidAtMs, place, textHash, rank }: SearchCursor): string {
  return Buffer.from([saidAtMs, place, textHash, ...(rank === undefined ? [] : [rank])].join('~')).toString(
    'base64url',
  );
}

/** @throws {GatewayError} `field-invalid` for a text that {@link toSearchCursorText} did not make. */
export function parseSearchCursor(text: string): SearchCursor {
  const [, saidAtMs, place, textHash, rank] =
    /^(\d{1,15})~(\d{1,9})~([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:~(\d[\d.e+-]{0,30}))?$/.exec(
      Buffer.from(text, 'base64url').toString(),
    ) ?? [];
  if (saidAtMs === undefined || textHash === undefined || Number.isNaN(Number(rank ?? 0))) {
    throw toFieldError('cursor', 'take it from `nextCursor` of the page before');
  }
  return {
    saidAtMs: Number(saidAtMs),
    place: Number(place),
    textHash,
    ...(rank === undefined ? {} : { rank: Number(rank) }),
  };
}
