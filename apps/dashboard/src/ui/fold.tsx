import { ChevronRight } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { join } from './join.ts';

interface FoldProps {
  readonly title: ReactNode;
  readonly note?: ReactNode;
  readonly open?: boolean;
  readonly className?: string;
  /** Drawn only once open, so that a closed one costs nothing. */
  readonly children: () => ReactNode;
}

/** Something that can wait until somebody wants to see it. */
export function Fold({ title, note, open = false, className, children }: FoldProps) {
  const [shown, setShown] = useState(open);
  return (
    <details open={open} onToggle={(event) => setShown(event.currentTarget.open)} className={className}>
      <summary className="flex min-h-8 items-center gap-2 rounded-md px-2 text-sm text-ink-2 select-none hover:bg-hover hover:text-ink">
        <ChevronRight
          aria-hidden
          className={join('size-3.5 shrink-0 text-ink-3 transition-transform', shown && 'rotate-90')}
        />
        <span className="max-w-[70%] shrink-0 truncate font-medium">{title}</span>
        {note && <span className="min-w-0 truncate text-xs text-ink-3">{note}</span>}
      </summary>
      {shown && children()}
    </details>
  );
}
