import { findMember, readString } from '../json/scan-json.ts';

/** The tool that the content block at `from` calls; null where it is no call. */
export function readToolName(bytes: Uint8Array, from: number): string | null {
  const typeSpan = findMember(bytes, from, 'type');
  const type = typeSpan === null ? null : readString(bytes, typeSpan);
  if (type === null || !type.endsWith('tool_use')) return null;
  const name = findMember(bytes, from, 'name');
  return name === null ? null : readString(bytes, name);
}
