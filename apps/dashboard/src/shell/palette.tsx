import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type NavigateOptions, useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, useId, useState } from 'react';
import { useLive } from '../api/live/use-live.ts';
import { domainsQuery } from '../api/queries.ts';
import type { Theme } from '../theme/theme.ts';
import { Dialog } from '../ui/dialog.tsx';
import { join } from '../ui/join.ts';
import { findCommands, type Command, toCommands } from './commands.ts';
import { readCachedConversations, readCachedRequests } from '../api/cached-lists.ts';

interface PaletteProps {
  readonly onClose: () => void;
  readonly onTheme: (theme: Theme) => void;
  readonly onShortcuts: () => void;
  readonly onSignOut: () => void;
}

/** Find a request by its id, go to a room, narrow the list, change the theme: all from the keyboard. */
export function Palette({ onClose, onTheme, onShortcuts, onSignOut }: PaletteProps) {
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [active, setActive] = useState(0);
  const listId = useId();
  const commands = findCommands(useCommands(), text);
  const chosen = Math.min(active, commands.length - 1);

  function run(command: Command | undefined): void {
    if (!command) return;
    onClose();
    const { does } = command;
    if (does.type === 'theme') onTheme(does.theme);
    else if (does.type === 'shortcuts') onShortcuts();
    else if (does.type === 'sign-out') onSignOut();
    else void navigate(toNavigation(does));
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter') run(commands[chosen]);
    else if (event.key === 'ArrowDown') setActive(Math.min(chosen + 1, commands.length - 1));
    else if (event.key === 'ArrowUp') setActive(Math.max(chosen - 1, 0));
    else return;
    event.preventDefault();
  }

  return (
    <Dialog open label="Find or go to" onClose={onClose}>
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={commands[chosen] ? `${listId}-${chosen}` : undefined}
        aria-label="Find or go to"
        placeholder="An id, a room, a model, a domain, words that were said"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
        className="h-12 w-full border-b bg-transparent px-4 text-base outline-none placeholder:text-ink-3"
      />
      <div id={listId} role="listbox" aria-label="Results" className="max-h-[50vh] overflow-y-auto p-1.5">
        {commands.map((command, index) => (
          <div
            key={command.id}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === chosen}
            ref={index === chosen ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            onPointerMove={() => setActive(index)}
            onClick={() => run(command)}
            className={join(
              'flex h-9 cursor-pointer items-center gap-3 rounded-md px-3 text-sm',
              index === chosen && 'bg-hover',
            )}
          >
            <span className="truncate">{command.label}</span>
            <span className="ml-auto shrink-0 text-xs text-ink-3">{command.group}</span>
          </div>
        ))}
        {commands.length === 0 && (
          <p className="px-3 py-6 text-center text-sm text-ink-3">Nothing by that name. A whole id always works.</p>
        )}
      </div>
    </Dialog>
  );
}

function useCommands(): readonly Command[] {
  const domains = useQuery(domainsQuery).data?.domains ?? [];
  const { state } = useLive();
  const queries = useQueryClient();
  const recent = [...state.ended.flatMap((ended) => ended.recorded ?? []), ...readCachedRequests(queries)];
  const conversations = readCachedConversations(queries);
  return toCommands({ domains: domains.map((row) => row.domain), recent, conversations });
}

function toNavigation(does: Exclude<Command['does'], { type: 'theme' | 'shortcuts' | 'sign-out' }>): NavigateOptions {
  if (does.type === 'make-key') return { to: '/keys', search: { make: 'key' } };
  if (does.type === 'set-rule') return { to: '/limits', search: { set: does.rule } };
  if (does.type === 'room') return { to: does.to };
  if (does.type === 'search') return { to: '/search', search: { q: does.q } };
  if (does.type === 'filter') return { to: '/requests', search: does.filters };
  if (does.type === 'conversation-filter') return { to: '/conversations', search: does.filters };
  if (does.type === 'conversation') {
    return { to: '/conversations/$conversationId', params: { conversationId: does.conversationId } };
  }
  return { to: '/requests/$requestId', params: { requestId: does.requestId } };
}
