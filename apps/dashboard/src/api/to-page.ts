/** Where a list of pages begins, and where it goes on: the cursor that the page before it gave, empty for the first. */
export const CURSOR_PAGES = {
  initialPageParam: '',
  getNextPageParam: (page: { readonly nextCursor: string | null }) => page.nextCursor,
} as const;

/** What asks for one page of `limit` rows. */
export function toPage(cursor: string, limit: number): { readonly limit: number; readonly cursor?: string } {
  return cursor === '' ? { limit } : { limit, cursor };
}
