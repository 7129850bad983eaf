import type { RequestSummary } from '@nexus/contract';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { RequestFilters } from '../../api/request-filters.ts';
import { PATHS } from '../../paths.ts';
import { useHotkeys } from '../../ui/use-hotkeys.ts';

interface ActiveRowOptions {
  readonly requests: readonly RequestSummary[];
  readonly filters: RequestFilters;
  /** The row that is active at first; -1 for none. */
  readonly first: number;
  readonly scrollTo: (index: number) => void;
}

interface ActiveRow {
  readonly active: number;
  /** The id that was copied last, to be said on screen. */
  readonly copied: string | null;
  readonly open: (index: number) => void;
}

/** The row that `j` and `k` move, `Enter` opens and `y` copies the id of. */
export function useActiveRow({ requests, filters, first, scrollTo }: ActiveRowOptions): ActiveRow {
  const [active, setActive] = useState(first);
  const [copied, setCopied] = useState<string | null>(null);
  const navigate = useNavigate();

  function move(by: number): void {
    const next = Math.max(0, Math.min(requests.length - 1, active + by));
    setActive(next);
    scrollTo(next);
  }
  async function openRow(index: number): Promise<void> {
    const requestId = requests[index]?.requestId;
    if (requestId === undefined) return;
    // The list keeps its place in its own address, so that "back" comes back to this row.
    await navigate({ to: PATHS.requests, search: { ...filters, at: requestId }, replace: true });
    await navigate({ to: PATHS.request, params: { requestId }, search: filters });
  }
  async function copyId(): Promise<void> {
    const requestId = requests[active]?.requestId;
    if (requestId === undefined) return;
    await navigator.clipboard.writeText(requestId);
    setCopied(requestId);
  }
  useHotkeys({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => void openRow(active),
    o: () => void openRow(active),
    y: () => void copyId(),
  });
  return { active, copied, open: (index) => void openRow(index) };
}
