import { Search } from 'lucide-react';
import { type FormEvent, useRef } from 'react';
import { useHotkeys } from '../../ui/use-hotkeys.ts';

interface SearchFieldProps {
  readonly q: string | undefined;
  readonly onSearch: (q: string | undefined) => void;
}

/** Where one says what is looked for; Enter looks. */
export function SearchField({ q, onSearch }: SearchFieldProps) {
  const field = useRef<HTMLInputElement>(null);
  useHotkeys({ '/': () => field.current?.select() });

  function submit(event: FormEvent): void {
    event.preventDefault();
    onSearch(field.current?.value.trim() || undefined);
  }
  return (
    <form role="search" onSubmit={submit} className="relative grow">
      <Search aria-hidden className="pointer-events-none absolute top-3 left-3.5 size-4.5 text-ink-3" />
      <input
        // Another search in the address is another field: it begins with those words.
        key={q ?? ''}
        ref={field}
        type="search"
        autoFocus={q === undefined}
        aria-label="Search for what was said"
        placeholder="Words that were said, “words in this order”, -not, begin*"
        maxLength={500}
        defaultValue={q ?? ''}
        enterKeyHint="search"
        className="h-10.5 w-full rounded-lg border border-line-strong bg-surface pr-3 pl-10.5 text-base placeholder:text-ink-3"
      />
    </form>
  );
}
