import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { readFilter } from '../api/list-filters.ts';
import { keysQuery } from '../api/key-queries.ts';
import { shortProject } from '../words/short-project.ts';
import { toSpanWords } from '../words/format-instant.ts';

/** Filters that links lead to. */
const LINKED = [
  ['conversationId', 'Conversation'],
  ['sessionId', 'Session'],
  ['accountId', 'Account'],
  ['keyId', 'Key'],
  ['user', 'User'],
  ['project', 'Project'],
  ['doubt', 'Figures'],
] as const;

interface FilterChipsProps {
  readonly filters: object;
  readonly onRemove: (names: readonly string[]) => void;
}

/** What a list is narrowed to by a link or to somebody, each to be taken away. */
export function FilterChips({ filters, onRemove }: FilterChipsProps) {
  const keyId = readFilter(filters, 'keyId');
  const { data } = useQuery({ ...keysQuery, enabled: keyId !== '' });
  const keyName = data?.keys.find((key) => key.keyId === keyId)?.name;
  const linked = LINKED.flatMap(([name, label]) => {
    const value = readFilter(filters, name);
    return value === '' ? [] : [{ names: [name], label, value, shown: toShown(name, value, keyName) }];
  });
  const span = toSpanWords(readFilter(filters, 'from'), readFilter(filters, 'to'));
  const chips = [
    ...(span === '' ? [] : [{ names: ['from', 'to'], label: 'Time', value: span, shown: span }]),
    ...linked,
  ];
  return chips.map(({ names, label, value, shown }) => (
    <span
      key={label}
      title={value}
      className="inline-flex h-8 max-w-80 shrink-0 items-center gap-1.5 rounded-md border border-accent bg-accent-soft pl-2.5 text-sm"
    >
      <span className="text-ink-2">{label}</span>
      <span className="truncate font-medium">{shown}</span>
      <button
        type="button"
        aria-label={`Any ${label.toLowerCase()}`}
        onClick={() => onRemove(names)}
        className="flex h-full items-center rounded-r-md px-2 text-ink-2 hover:text-ink"
      >
        <X aria-hidden className="size-3.5" />
      </button>
    </span>
  ));
}

function toShown(name: (typeof LINKED)[number][0], value: string, keyName: string | undefined): string {
  if (name === 'keyId') return keyName ?? value;
  return name === 'project' ? shortProject(value) : value;
}
