import type { ReactNode } from 'react';
import { join } from '../join.ts';
import { BlockView } from './block-view.tsx';
import type { Turn } from './transcript.ts';
import { keyed } from '../keyed.ts';

const ROLE_WORDS: Record<Turn['role'], string> = { user: 'User', assistant: 'Assistant', system: 'System' };

interface TurnViewProps {
  readonly turn: Turn;
  /** What stands at the end of the head. */
  readonly note?: ReactNode;
  /** What stands between the head and the words. */
  readonly below?: ReactNode;
  readonly className?: string;
}

/** One message: who spoke, and what. */
export function TurnView({ turn, note, below, className }: TurnViewProps) {
  return (
    <article
      aria-label={turn.index === null ? 'Answer' : `Message ${turn.index + 1}, ${ROLE_WORDS[turn.role]}`}
      className={join('rounded-lg border bg-surface', turn.index === null && 'border-accent/50', className)}
    >
      <header className="flex h-9 items-center gap-2 border-b px-4 text-xs text-ink-3">
        <span className={join('font-semibold', turn.role === 'user' ? 'text-ink' : 'text-accent')}>
          {ROLE_WORDS[turn.role]}
        </span>
        {turn.index === null ? <span>this answer</span> : <span>message {turn.index + 1}</span>}
        {note && <span className="ml-auto flex min-w-0 items-center font-mono">{note}</span>}
      </header>
      {below}
      <div className="flex flex-col gap-3 px-4 py-3">
        {keyed(turn.blocks).map(({ key, item }) => (
          <BlockView key={key} block={item} />
        ))}
        {turn.blocks.length === 0 && <p className="text-sm text-ink-3">Nothing was said.</p>}
      </div>
    </article>
  );
}
