import type { ReactNode } from 'react';
import type { Tone } from '../words/outcome-words.ts';
import { join } from './join.ts';

const TONES: Record<Tone, string> = {
  ok: 'bg-ok-soft text-ok',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
  live: 'bg-accent-soft text-accent',
  plain: 'bg-sunken text-ink-2',
};

interface BadgeProps {
  readonly tone?: Tone;
  readonly title?: string;
  readonly className?: string;
  readonly children: ReactNode;
}

export function Badge({ tone = 'plain', title, className, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={join(
        'inline-flex h-5 max-w-full items-center gap-1 truncate rounded px-1.5 text-xs font-medium whitespace-nowrap',
        TONES[tone],
        className,
      )}
    >
      {children}
    </span>
  );
}

const DOTS: Record<Tone, string> = {
  ok: 'bg-ok',
  warn: 'bg-warn',
  bad: 'bg-bad',
  live: 'bg-accent animate-breathe',
  plain: 'bg-ink-3',
};

/** A state in one dot; the words beside it carry the meaning. */
export function Dot({ tone }: { readonly tone: Tone }) {
  return <span aria-hidden className={join('inline-block size-2 shrink-0 rounded-full', DOTS[tone])} />;
}
