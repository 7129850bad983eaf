import { useState } from 'react';
import { useHotkeys } from './use-hotkeys.ts';

interface ActiveRowOptions {
  /** The id of each row, in order. */
  readonly ids: readonly string[];
  /** The row that is active at first; -1 for none. */
  readonly first: number;
  readonly scrollTo: (index: number) => void;
  readonly onOpen: (id: string) => void;
}

interface ActiveRow {
  readonly active: number;
  /** The id that was copied last, to be said on screen. */
  readonly copied: string | null;
}

/** The row that `j` and `k` move, `Enter` opens and `y` copies the id of. */
export function useActiveRow({ ids, first, scrollTo, onOpen }: ActiveRowOptions): ActiveRow {
  const [active, setActive] = useState(first);
  const [copied, setCopied] = useState<string | null>(null);

  function move(by: number): void {
    const next = Math.max(0, Math.min(ids.length - 1, active + by));
    setActive(next);
    scrollTo(next);
  }
  function open(): void {
    const id = ids[active];
    if (id !== undefined) onOpen(id);
  }
  async function copyId(): Promise<void> {
    const id = ids[active];
    if (id === undefined) return;
    await navigator.clipboard.writeText(id);
    setCopied(id);
  }
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: open,
    o: open,
    y: () => void copyId(),
  });
  return { active, copied };
}
