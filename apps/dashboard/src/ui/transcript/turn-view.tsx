import { join } from '../../../ui/join.ts';
import { BlockView } from './block-view.tsx';
import type { Turn } from './transcript.ts';
import { keyed } from '../../../ui/keyed.ts';

const ROLE_WORDS: Record<Turn['role'], string> = { user: 'User', assistant: 'Assistant', system: 'System' };

/** One message: who spoke, and what. */
export function TurnView({ turn, note }: { readonly turn: Turn; readonly note?: string | undefined }) {
  return (
    <article
      aria-label={turn.index === null ? 'Answer' : `Message ${turn.index + 1}, ${ROLE_WORDS[turn.role]}`}
      className={join(
        'rounded-lg border bg-surface [contain-intrinsic-size:auto_12rem] [content-visibility:auto]',
        turn.index === null && 'border-accent/50',
      )}
    >
      <header className="flex h-9 items-center gap-2 border-b px-4 text-xs text-ink-3">
        <span className={join('font-semibold', turn.role === 'user' ? 'text-ink' : 'text-accent')}>
          {ROLE_WORDS[turn.role]}
        </span>
        {turn.index === null ? <span>this answer</span> : <span>message {turn.index + 1}</span>}
        {note && <span className="ml-auto font-mono">{note}</span>}
      </header>
      <div className="flex flex-col gap-3 px-4 py-3">
        {keyed(turn.blocks).map(({ key, item }) => (
          <BlockView key={key} block={item} />
        ))}
        {turn.blocks.length === 0 && <p className="text-sm text-ink-3">Nothing was said.</p>}
      </div>
    </article>
  );
}
