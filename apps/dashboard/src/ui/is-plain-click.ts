import type { MouseEvent } from 'react';

/** A click without keys that ask for a new tab; those are the browser's own. Takes the click where it is ours. */
export function isPlainClick(event: MouseEvent): boolean {
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return false;
  event.preventDefault();
  return true;
}
