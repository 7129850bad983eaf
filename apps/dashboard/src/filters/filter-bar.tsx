import { useQuery } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { type FormEvent, useRef } from 'react';
import { countFilters, readFilter, withFilters } from '../api/list-filters.ts';
import { domainsQuery } from '../api/queries.ts';
import { useModelChoices } from '../api/use-model-choices.ts';
import { useWhoChoices } from '../api/use-who-choices.ts';
import { Button } from '../ui/button.tsx';
import { type Choice, ChoiceMenu } from '../ui/menu.tsx';
import { useHotkeys } from '../ui/use-hotkeys.ts';
import { formatCountShort } from '../words/format-count.ts';
import { RANGE_CHOICES } from '../words/range-words.ts';
import { FilterChips } from './filter-chips.tsx';

/** A filter of one list as a menu. */
export interface FilterMenu {
  /** The name of the filter in the address. */
  readonly name: string;
  readonly label: string;
  /** Words for no choice. */
  readonly none: string;
  readonly choices: readonly Choice<string>[];
}

interface FilterBarProps {
  readonly filters: object;
  /** What this list has beside time, model, who asked and domain. */
  readonly menus: readonly FilterMenu[];
  /** What a text narrows the list to, where one can. */
  readonly textLabel?: string;
  readonly onChange: (filters: Record<string, string>) => void;
}

/** The filters of a list; the address holds what they say. What is narrowed to by a link stands there as a chip. */
export function FilterBar({ filters, menus, textLabel, onChange }: FilterBarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const common = useCommonMenus(filters);
  // The field where there is one, else the first menu.
  useHotkeys({ '/': () => bar.current?.querySelector<HTMLElement>('input, [aria-haspopup]')?.focus() });

  function set(changed: Readonly<Record<string, string | undefined>>): void {
    onChange(withFilters(filters, changed));
  }

  return (
    <div
      ref={bar}
      role="group"
      aria-label="Filters"
      className="flex shrink-0 gap-2 overflow-x-auto border-b px-4 py-2.5 sm:flex-wrap sm:px-6"
    >
      {textLabel !== undefined && (
        <TextField label={textLabel} text={readFilter(filters, 'text')} onSearch={(text) => set({ text })} />
      )}
      <FilterChips
        filters={filters}
        onRemove={(names) => set(Object.fromEntries(names.map((name) => [name, undefined])))}
      />
      <ChoiceMenu
        label="Time"
        none="Any time"
        value={readFilter(filters, 'range')}
        choices={RANGE_CHOICES}
        onChoose={(range) => set({ range, from: undefined, to: undefined })}
      />
      {[...menus, ...common].map(({ name, label, none, choices }) => (
        <ChoiceMenu
          key={name}
          label={label}
          none={none}
          value={readFilter(filters, name)}
          choices={choices}
          onChoose={(value) => set({ [name]: value })}
        />
      ))}
      {countFilters(filters) > 0 && (
        <Button look="quiet" icon={<X aria-hidden />} onClick={() => onChange({})}>
          Clear
        </Button>
      )}
    </div>
  );
}

function useCommonMenus(filters: object): readonly FilterMenu[] {
  const domains = useQuery(domainsQuery).data?.domains ?? [];
  const models = useModelChoices(readFilter(filters, 'model') || undefined);
  const choices = domains.map((row) => ({
    value: row.domain,
    label: row.domain,
    hint: formatCountShort(row.requestCount),
  }));
  const who = useWhoChoices();
  const offered = [
    { name: 'user', label: 'User', none: 'Any user', choices: who.users },
    { name: 'project', label: 'Project', none: 'Any project', choices: who.projects },
    { name: 'keyId', label: 'Key', none: 'Any key', choices: who.keys },
  ];
  return [
    { name: 'model', label: 'Model', none: 'Any model', choices: models },
    // Of one there is nothing to choose, and what is chosen stands there as a chip.
    ...offered.filter(({ name, choices: known }) => known.length > 0 && readFilter(filters, name) === ''),
    ...(choices.length > 1 || readFilter(filters, 'domain') !== ''
      ? [{ name: 'domain', label: 'Domain', none: 'Any domain', choices }]
      : []),
  ];
}

interface TextFieldProps {
  readonly label: string;
  readonly text: string;
  readonly onSearch: (text: string | undefined) => void;
}

function TextField({ label, text, onSearch }: TextFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  function search(event: FormEvent): void {
    event.preventDefault();
    onSearch(field.current?.value.trim() || undefined);
  }
  return (
    <form role="search" onSubmit={search} className="relative shrink-0">
      <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
      <input
        // Another text in the address is another field: it begins with that text.
        key={text}
        ref={field}
        type="search"
        aria-label={label}
        placeholder={label}
        maxLength={200}
        defaultValue={text}
        className="h-8 w-44 rounded-md border border-line-strong bg-surface pr-2 pl-8 text-sm placeholder:text-ink-3 lg:w-56"
      />
    </form>
  );
}
