import { useEffect, useRef } from 'react';

/** How long the first key of a sequence such as `g l` waits for the second. */
const SEQUENCE_MS = 1_000;

export type Hotkeys = Readonly<Record<string, () => void>>;

/**
 * Runs `hotkeys` while the component is on screen. A key is named as `KeyboardEvent.key` says it; `mod+k` is Ctrl or
 * Command; `g l` is one after the other. Plain keys do nothing while somebody types or a dialog is open.
 */
export function useHotkeys(hotkeys: Hotkeys): void {
  const current = useRef(hotkeys);
  useEffect(() => {
    current.current = hotkeys;
  });
  useEffect(() => {
    let pending: { readonly key: string; readonly atMs: number } | null = null;
    function onKeyDown(event: KeyboardEvent): void {
      const key = toName(event);
      if (key === null || (!key.startsWith('mod+') && isElsewhere(event))) return;
      const sequence = pending !== null && event.timeStamp - pending.atMs < SEQUENCE_MS ? `${pending.key} ${key}` : key;
      const run = current.current[sequence] ?? current.current[key];
      pending = run ? null : { key, atMs: event.timeStamp };
      if (!run) return;
      event.preventDefault();
      run();
    }
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}

function toName(event: KeyboardEvent): string | null {
  if (event.defaultPrevented || event.altKey || event.isComposing) return null;
  if (event.ctrlKey || event.metaKey) return `mod+${event.key.toLowerCase()}`;
  return event.key;
}

function isElsewhere(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  if (event.key === 'Enter' && /^(?:A|BUTTON|SUMMARY)$/.test(target.tagName)) return true;
  return document.querySelector('dialog[open], [role=menu]') !== null;
}
