import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';

interface RulesSectionProps {
  readonly title: string;
  /** What the button says that sets a new one. */
  readonly newWords: string;
  /** Undefined for whoever may not. */
  readonly onNew: (() => void) | undefined;
  readonly error: Error | null;
  /** How many there are; undefined until that is known. */
  readonly count: number | undefined;
  /** What stands here where there is none. */
  readonly nothing: ReactNode;
  readonly children: ReactNode;
}

/** A list of what somebody set here, and the way to set more of it. */
export function RulesSection({ title, newWords, onNew, error, count, nothing, children }: RulesSectionProps) {
  return (
    <section aria-label={title} className="rounded-lg border bg-surface">
      <div className="flex min-h-12 items-center gap-3 px-4 py-2">
        <h2 className="text-sm font-semibold">{title}</h2>
        {onNew !== undefined && (
          <Button icon={<Plus aria-hidden />} className="ml-auto" onClick={onNew}>
            {newWords}
          </Button>
        )}
      </div>
      {error !== null && <p className="px-4 pb-4 text-sm text-bad">{error.message}</p>}
      {error === null && count === undefined && <Skeleton className="m-4 h-12" />}
      {count === 0 && <p className="px-4 pb-4 text-sm text-ink-2">{nothing}</p>}
      {children}
    </section>
  );
}
