import { Search } from 'lucide-react';
import { useMatches } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { LiveConnectionState } from '../api/live/live-connection.ts';
import { useLive } from '../api/live/use-live.ts';
import { Dot } from '../ui/badge.tsx';
import { Kbd } from '../ui/kbd.tsx';
import type { Tone } from '../words/outcome-words.ts';

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** Name of the page, in the top bar and the browser's tab. */
    title?: string;
  }
}

export function TopBar({ onSearch }: { readonly onSearch: () => void }) {
  const title = useMatches({ select: (matches) => matches.at(-1)?.staticData.title }) ?? '';
  useEffect(() => {
    document.title = title ? `${title} · Claude Nexus` : 'Claude Nexus';
  }, [title]);
  return (
    <header className="flex h-13 shrink-0 items-center gap-4 border-b bg-canvas px-4 sm:px-6">
      <h1 className="text-lg font-semibold tracking-tight">{title}</h1>
      <ConnectionState />
      <button
        type="button"
        onClick={onSearch}
        className="ml-auto flex h-8 items-center gap-2 rounded-md border border-line-strong bg-surface px-2.5 text-sm text-ink-3 transition-colors hover:bg-hover sm:w-64"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="max-sm:sr-only">Find or go to</span>
        <span className="ml-auto flex gap-1 max-sm:hidden">
          <Kbd>{isApple() ? '⌘' : 'Ctrl'}</Kbd>
          <Kbd>K</Kbd>
        </span>
      </button>
    </header>
  );
}

const CONNECTION_WORDS: Record<LiveConnectionState, { readonly tone: Tone; readonly words: string }> = {
  connecting: { tone: 'plain', words: 'Connecting' },
  open: { tone: 'ok', words: 'Live' },
  lost: { tone: 'warn', words: 'Reconnecting' },
  locked: { tone: 'bad', words: 'Signed out' },
};

function ConnectionState() {
  const { connection } = useLive();
  const { tone, words } = CONNECTION_WORDS[connection];
  return (
    <span role="status" className="flex items-center gap-2 text-xs text-ink-3" title="The live feed of this gateway">
      <Dot tone={tone} />
      {words}
    </span>
  );
}

function isApple(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
