import type { ConversationFilters } from '../../api/conversation-filters.ts';
import { FilterBar, type FilterMenu } from '../../filters/filter-bar.tsx';

const MENUS: readonly FilterMenu[] = [
  {
    name: 'hasSubAgents',
    label: 'Sub-agents',
    none: 'Either',
    choices: [
      { value: 'true', label: 'With sub-agents' },
      { value: 'false', label: 'Without' },
    ],
  },
  {
    name: 'hasErrors',
    label: 'Errors',
    none: 'Either',
    choices: [
      { value: 'true', label: 'With errors' },
      { value: 'false', label: 'Without' },
    ],
  },
];

interface ConversationsFiltersProps {
  readonly filters: ConversationFilters;
  readonly onChange: (filters: ConversationFilters) => void;
}

/** What the list of conversations can be narrowed to. */
export function ConversationsFilters({ filters, onChange }: ConversationsFiltersProps) {
  return <FilterBar filters={filters} menus={MENUS} textLabel="Words that were said" onChange={onChange} />;
}
