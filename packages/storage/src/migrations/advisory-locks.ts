/** Keys of the advisory locks that this program takes; the upper half is "nexu" in ASCII, to keep clear of others. */
export const ADVISORY_LOCKS = {
  migrate: '7882826979900293121',
  partition: '7882826979900293122',
  search: '7882826979900293123',
  retention: '7882826979900293124',
  cache: '7882826979900293125',
} as const;
