/**
 * The caller's `anthropic-beta` value with the flags we need added behind it, each once. The caller's own text is never
 * rewritten; null where nobody asked for anything.
 */
export function mergeBetas(client: string | null, needed: readonly string[]): string | null {
  const present = new Set((client ?? '').split(',').map((flag) => flag.trim()));
  const missing = [...new Set(needed)].filter((flag) => !present.has(flag));
  if (missing.length === 0) return client;
  if (client === null || client.trim() === '') return missing.join(',');
  return `${client},${missing.join(',')}`;
}
