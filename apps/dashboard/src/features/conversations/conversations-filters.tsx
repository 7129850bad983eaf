import { useQuery } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { type FormEvent, useRef } from 'react';
import type { ConversationFilters } from '../../api/conversation-filters.ts';
import { countFilters, withFilters } from '../../api/list-filters.ts';
import { domainsQuery } from '../../api/queries.ts';
import { useModelChoices } from '../../api/use-model-choices.ts';
import { Button } from '../../ui/button.tsx';
import { ChoiceMenu } from '../../ui/menu.tsx';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { formatCountShort } from '../../words/format-count.ts';
import { RANGE_CHOICES } from '../../words/range-words.ts';

const AGENT_CHOICES = [
  { value: 'true', label: 'With sub-agents' },
  { value: 'false', label: 'Without' },
] as const;
const ERROR_CHOICES = [
  { value: 'true', label: 'With errors' },
  { value: 'false', label: 'Without' },
] as const;

interface ConversationsFiltersProps {
  readonly filters: ConversationFilters;
  readonly onChange: (filters: ConversationFilters) => void;
}

/** The filters of the list; the address holds what they say. */
export function ConversationsFilters({ filters, onChange }: ConversationsFiltersProps) {
  const field = useRef<HTMLInputElement>(null);
  const domains = useQuery(domainsQuery).data?.domains ?? [];
  const models = useModelChoices(filters.model);
  useHotkeys({ '/': () => field.current?.focus() });

  function set(changed: Partial<Record<keyof ConversationFilters, string | undefined>>): void {
    onChange(withFilters(filters, changed));
  }
  function search(event: FormEvent): void {
    event.preventDefault();
    set({ text: field.current?.value.trim() || undefined });
  }

  return (
    <div
      role="group"
      aria-label="Filters"
      className="flex shrink-0 gap-2 overflow-x-auto border-b px-4 py-2.5 sm:flex-wrap sm:px-6"
    >
      <form role="search" onSubmit={search} className="relative shrink-0">
        <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
        <input
          // Another text in the address is another field: it begins with that text.
          key={filters.text ?? ''}
          ref={field}
          type="search"
          aria-label="Title, or words that were said"
          placeholder="Title, or words said"
          maxLength={200}
          defaultValue={filters.text ?? ''}
          className="h-8 w-44 rounded-md border border-line-strong bg-surface pr-2 pl-8 text-sm placeholder:text-ink-3 lg:w-56"
        />
      </form>
      <ChoiceMenu
        label="Time"
        none="Any time"
        value={filters.range ?? ''}
        choices={RANGE_CHOICES}
        onChoose={(range) => set({ range, from: undefined, to: undefined })}
      />
      <ChoiceMenu
        label="Model"
        none="Any model"
        value={filters.model ?? ''}
        choices={models}
        onChoose={(model) => set({ model })}
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
        label="Sub-agents"
        none="Either"
        value={filters.hasSubAgents ?? ''}
        choices={AGENT_CHOICES}
        onChoose={(hasSubAgents) => set({ hasSubAgents })}
      />
      <ChoiceMenu
        label="Errors"
        none="Either"
        value={filters.hasErrors ?? ''}
        choices={ERROR_CHOICES}
        onChoose={(hasErrors) => set({ hasErrors })}
      />
      {countFilters(filters) > 0 && (
        <Button look="quiet" icon={<X aria-hidden />} onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </div>
  );
}
