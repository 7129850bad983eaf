import type { RequestFilters } from '../../api/request-filters.ts';
import { FilterBar, type FilterMenu } from '../../filters/filter-bar.tsx';
import { KIND_WORDS, KINDS } from '../../words/kind-words.ts';

const MENUS: readonly FilterMenu[] = [
  {
    name: 'status',
    label: 'Status',
    none: 'Any status',
    choices: [
      { value: 'ok', label: 'Went well' },
      { value: 'error', label: 'Went wrong' },
      { value: '2xx', label: '2xx' },
      { value: '4xx', label: '4xx' },
      { value: '429', label: '429', hint: 'limits' },
      { value: '5xx', label: '5xx' },
      { value: '529', label: '529', hint: 'overloaded' },
    ],
  },
  {
    name: 'kind',
    label: 'Kind',
    none: 'Any kind',
    choices: KINDS.map((kind) => ({ value: kind, label: KIND_WORDS[kind].label })),
  },
];

interface RequestsFiltersProps {
  readonly filters: RequestFilters;
  readonly onChange: (filters: RequestFilters) => void;
}

/** What the list of requests can be narrowed to. */
export function RequestsFilters({ filters, onChange }: RequestsFiltersProps) {
  return <FilterBar filters={filters} menus={MENUS} onChange={onChange} />;
}
