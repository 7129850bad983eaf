/** Epoch milliseconds as the API gives instants. */
export function toInstant(atMs: number): string {
  return new Date(atMs).toISOString();
}

/** An instant of the API in epoch milliseconds; undefined where none was given. */
export function toMs(instant: string | undefined): number | undefined {
  return instant === undefined ? undefined : Date.parse(instant);
}
