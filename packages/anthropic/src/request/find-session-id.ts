/** The session a request belongs to: the header, else the session named in `metadata.user_id` in either of its forms. */
export function findSessionId(_header: string | null, _metadataUserId: string | null): string | null {
  throw new Error('not built yet');
}
