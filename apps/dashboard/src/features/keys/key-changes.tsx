import type { KeySummary } from '@nexus/contract';
import { useQuery } from '@tanstack/react-query';
import { keyChangesQuery } from '../../api/key-queries.ts';
import { Ago } from '../../ui/ago.tsx';
import { toActorWords, toChangeWords, toDetailWords } from '../../words/audit-words.ts';

/** Who made a key and what was done with it, its limits and its budgets since, the latest first. */
export function KeyChanges({ keySummary: { keyId, name } }: { readonly keySummary: KeySummary }) {
  const entries = useQuery(keyChangesQuery(keyId)).data ?? [];
  const names = new Map([[keyId, name]]);
  if (entries.length === 0) return null;
  return (
    <section aria-label="Changes" className="rounded-lg border bg-surface">
      <h3 className="px-4 py-3 text-sm font-semibold">Changes</h3>
      <ol>
        {entries.map((entry) => (
          <li
            key={entry.auditId}
            className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 border-t px-4 py-2 text-sm"
          >
            <span>
              <span className="font-medium">{toActorWords(entry)}</span>{' '}
              <span className="text-ink-2">{toChangeWords(entry, names)}</span>
            </span>
            <span className="text-xs text-ink-3">{toDetailWords(entry)}</span>
            <span className="ml-auto text-xs">
              <Ago iso={entry.at} />
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
