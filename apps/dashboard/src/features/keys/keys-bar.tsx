import { Plus, Search } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { KEY_SETS, type KeySet, type KeysPlace } from '../../api/keys-place.ts';
import { Button } from '../../ui/button.tsx';
import { ChoiceMenu } from '../../ui/menu.tsx';
import { useHotkeys } from '../../ui/use-hotkeys.ts';
import { countOf } from '../../words/format-count.ts';

interface KeysBarProps {
  readonly place: KeysPlace;
  readonly shown: number;
  readonly onPlace: (place: KeysPlace) => void;
  /** Absent for those who may not. */
  readonly onNew: (() => void) | undefined;
}

const SET_WORDS: Record<KeySet, string> = { ended: 'Expired or revoked', all: 'All' };

/** What the list of keys is narrowed to, and the making of another. */
export function KeysBar({ place, shown, onPlace, onNew }: KeysBarProps) {
  const field = useRef<HTMLInputElement>(null);
  useHotkeys({ '/': () => field.current?.focus() });
  useEffect(() => {
    // The address follows the field while somebody writes; at other times, such as going back, the field follows it.
    if (field.current && field.current !== document.activeElement) field.current.value = place.text ?? '';
  }, [place.text]);
  const { text: _text, state: _state, ...kept } = place;
  return (
    <div
      role="group"
      aria-label="Filters"
      className="flex shrink-0 items-center gap-2 overflow-x-auto border-b px-4 py-2.5 sm:px-6"
    >
      <span className="relative min-w-0 shrink">
        <Search aria-hidden className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-3" />
        <input
          ref={field}
          type="search"
          aria-label="Name, owner, project, label"
          placeholder="Name, owner, project, label"
          maxLength={200}
          defaultValue={place.text}
          onChange={({ target: { value } }) =>
            onPlace({ ...kept, ...withState(place.state), ...(value !== '' && { text: value }) })
          }
          className="h-8 w-64 max-w-full rounded-md border border-line-strong bg-surface pr-2 pl-8 text-sm placeholder:text-ink-3"
        />
      </span>
      <ChoiceMenu<KeySet>
        label="State"
        none="Usable"
        value={place.state ?? ''}
        choices={KEY_SETS.map((value) => ({ value, label: SET_WORDS[value] }))}
        onChoose={(state) => onPlace({ ...kept, ...(place.text && { text: place.text }), ...withState(state) })}
      />
      <span role="status" className="text-sm whitespace-nowrap text-ink-3 max-sm:hidden">
        {countOf(shown, 'key')}
      </span>
      {onNew === undefined ? (
        <span className="ml-auto text-sm text-ink-3">Making keys takes the scope “write”.</span>
      ) : (
        <Button look="solid" icon={<Plus aria-hidden />} className="ml-auto" onClick={onNew}>
          New key
        </Button>
      )}
    </div>
  );
}

function withState(state: KeySet | undefined): KeysPlace {
  return state === undefined ? {} : { state };
}
