import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { domainsQuery } from '../../api/queries.ts';
import { countFilters, withFilters } from '../../api/list-filters.ts';
import type { SearchFilters } from '../../api/search-filters.ts';
import { Button } from '../../ui/button.tsx';
import { join } from '../../ui/join.ts';
import { ChoiceMenu } from '../../ui/menu.tsx';
import { formatCountShort } from '../../words/format-count.ts';
import { RANGE_CHOICES } from '../../words/range-words.ts';

const ROLE_CHIPS = [
  { role: undefined, label: 'Anybody' },
  { role: 'user', label: 'User' },
  { role: 'assistant', label: 'Assistant' },
  { role: 'system', label: 'System prompt' },
] as const;

const MODE_CHOICES = [
  { value: 'words', label: 'Words', hint: 'index' },
  { value: 'substring', label: 'Parts of words', hint: 'latest first' },
] as const;

const ORDER_CHOICES = [{ value: 'rank', label: 'Best fit' }] as const;

interface SearchScopesProps {
  readonly filters: SearchFilters;
  readonly tools: readonly string[];
  readonly onChange: (filters: SearchFilters) => void;
}

/** Whose words are searched, and how; the address holds what they say. */
export function SearchScopes({ filters, tools, onChange }: SearchScopesProps) {
  const domains = useQuery(domainsQuery).data?.domains ?? [];
  const { q, ...scopes } = filters;
  function set(changed: Partial<Record<keyof SearchFilters, string | undefined>>): void {
    onChange(withFilters(filters, changed));
  }
  return (
    <div role="group" aria-label="Scopes" className="flex gap-2 overflow-x-auto sm:flex-wrap">
      <RoleChips role={filters.role} onRole={(role) => set({ role })} />
      {tools.length > 0 && (
        <ChoiceMenu
          label="Tool"
          none="Any tool, or none"
          value={filters.tool ?? ''}
          choices={tools.map((tool) => ({ value: tool, label: tool }))}
          onChoose={(tool) => set({ tool })}
        />
      )}
      <ChoiceMenu
        label="Time"
        none="Any time"
        value={filters.range ?? ''}
        choices={RANGE_CHOICES}
        onChoose={(range) => set({ range, from: undefined, to: undefined })}
      />
      <ChoiceMenu
        label="Domain"
        none="Any domain"
        value={filters.domain ?? ''}
        choices={domains.map((row) => ({
          value: row.domain,
          label: row.domain,
          hint: formatCountShort(row.requestCount),
        }))}
        onChoose={(domain) => set({ domain })}
      />
      <ChoiceMenu
        label="Match"
        none="Words, else as typed"
        value={filters.mode ?? ''}
        choices={MODE_CHOICES}
        onChoose={(mode) => set({ mode })}
      />
      {filters.mode !== 'substring' && (
        <ChoiceMenu
          label="Order"
          none="Latest first"
          value={filters.order ?? ''}
          choices={ORDER_CHOICES}
          onChoose={(order) => set({ order })}
        />
      )}
      {filters.conversationId !== undefined && (
        <Chip onClick={() => set({ conversationId: undefined })}>One conversation</Chip>
      )}
      {countFilters(scopes) > 0 && (
        <Button look="quiet" icon={<X aria-hidden />} onClick={() => onChange(withFilters({}, { q }))}>
          Clear
        </Button>
      )}
    </div>
  );
}

/** One of four, all in sight: it is what a search is narrowed by most. */
function RoleChips({
  role,
  onRole,
}: {
  readonly role: SearchFilters['role'];
  readonly onRole: (role: SearchFilters['role']) => void;
}) {
  return (
    <div
      role="group"
      aria-label="Who said it"
      className="flex shrink-0 rounded-md border border-line-strong bg-surface"
    >
      {ROLE_CHIPS.map((chip) => (
        <button
          key={chip.label}
          type="button"
          aria-pressed={chip.role === role}
          onClick={() => onRole(chip.role)}
          className={join(
            'h-7.5 px-2.5 text-sm whitespace-nowrap transition-colors first:rounded-l-md last:rounded-r-md',
            chip.role === role ? 'bg-accent-soft font-medium text-ink' : 'text-ink-2 hover:bg-hover',
          )}
        >
          {chip.label}
        </button>
      ))}
    </div>
  );
}

function Chip({ onClick, children }: { readonly onClick: () => void; readonly children: string }) {
  return (
    <button
      type="button"
      onClick={onClick}
      title="Search everywhere"
      className="inline-flex h-8 items-center gap-1.5 rounded-md border border-accent bg-accent-soft px-2.5 text-sm font-medium whitespace-nowrap"
    >
      {children}
      <X aria-hidden className="size-3.5 text-ink-3" />
    </button>
  );
}
