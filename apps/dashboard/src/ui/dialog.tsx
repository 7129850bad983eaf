import { type ReactNode, useEffect, useRef } from 'react';
import { join } from './join.ts';

interface DialogProps {
  readonly open: boolean;
  readonly label: string;
  readonly className?: string;
  /** Whether a click beside it closes it; not where that would lose what somebody wrote, or a secret that is shown once. */
  readonly closesOutside?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/**
 * A modal dialog on the browser's own element: it traps focus, closes on Escape and returns focus by itself. Libraries
 * for this add `<style>` elements to lock scrolling, which our content policy forbids.
 */
export function Dialog({ open, label, className, closesOutside = true, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (!element || !open) return undefined;
    element.showModal();
    return () => element.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      // React's strict mode opens, closes and opens again; the event of that closing comes when it is open.
      onClose={() => dialog.current?.open !== true && onClose()}
      onClick={(event) => closesOutside && event.target === dialog.current && onClose()}
      className={join(
        'm-auto mt-[12vh] max-h-[70vh] w-[min(40rem,calc(100vw-2rem))] overflow-hidden rounded-xl border border-line-strong',
        'bg-surface p-0 shadow-float backdrop:bg-black/35 backdrop:backdrop-blur-[1px]',
        className,
      )}
    >
      {open && children}
    </dialog>
  );
}
