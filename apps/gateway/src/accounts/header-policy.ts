/** What one upstream wants changed in the headers that it gets. */
export interface HeaderPolicy {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

/** Connection and framing are ours to make; a file that sets them would break every request. */
const NEVER_SET: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection']);

export function toHeaderPolicy(
  setHeaders: Readonly<Record<string, string>>,
  removeHeaders: readonly string[],
): HeaderPolicy | null {
  const set = Object.entries(setHeaders).filter(([name]) => !NEVER_SET.has(name.toLowerCase()));
  return set.length === 0 && removeHeaders.length === 0 ? null : { set, remove: removeHeaders };
}

export function applyHeaderPolicy(headers: Headers, policy: HeaderPolicy): void {
  for (const name of policy.remove) headers.delete(name);
  for (const [name, value] of policy.set) headers.set(name, value);
}
