import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useRef } from 'react';
import { domainsQuery } from '../../api/queries.ts';
import { useModelChoices } from '../../api/use-model-choices.ts';
import { countFilters, withFilters } from '../../api/list-filters.ts';
import type { RequestFilters } from '../../api/request-filters.ts';
import { Button } from '../../ui/button.tsx';
import { type Choice, ChoiceMenu } from '../../ui/menu.tsx';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { formatCountShort } from '../../words/format-count.ts';
import { KIND_WORDS, KINDS } from '../../words/kind-words.ts';
import { RANGE_CHOICES } from '../../words/range-words.ts';

const STATUS_CHOICES: readonly Choice<string>[] = [
  { value: 'ok', label: 'Went well' },
  { value: 'error', label: 'Went wrong' },
  { value: '2xx', label: '2xx' },
  { value: '4xx', label: '4xx' },
  { value: '429', label: '429', hint: 'limits' },
  { value: '5xx', label: '5xx' },
  { value: '529', label: '529', hint: 'overloaded' },
];
const KIND_CHOICES = KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind].label }));

interface RequestsFiltersProps {
  readonly filters: RequestFilters;
  readonly onChange: (filters: RequestFilters) => void;
}

/** The filters of the list as menus; the address holds what they say. */
export function RequestsFilters({ filters, onChange }: RequestsFiltersProps) {
  const bar = useRef<HTMLDivElement>(null);
  const domains = useQuery(domainsQuery).data?.domains ?? [];
  const models = useModelChoices(filters.model);
  useHotkeys({ '/': () => bar.current?.querySelector('button')?.focus() });

  function set(changed: Partial<Record<keyof RequestFilters, string | undefined>>): void {
    onChange(withFilters(filters, changed));
  }

  return (
    <div
      ref={bar}
      role="group"
      aria-label="Filters"
      className="flex shrink-0 gap-2 overflow-x-auto border-b px-4 py-2.5 sm:flex-wrap sm:px-6"
    >
      <ChoiceMenu
        label="Time"
        none="Any time"
        value={filters.range ?? ''}
        choices={RANGE_CHOICES}
        onChoose={(range) => set({ range, from: undefined, to: undefined })}
      />
      <ChoiceMenu
        label="Status"
        none="Any status"
        value={filters.status ?? ''}
        choices={STATUS_CHOICES}
        onChoose={(status) => set({ status })}
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
        label="Kind"
        none="Any kind"
        value={filters.kind ?? ''}
        choices={KIND_CHOICES}
        onChoose={(kind) => set({ kind })}
      />
      {countFilters(filters) > 0 && (
        <Button look="quiet" icon={<X aria-hidden />} onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </div>
  );
}
