import { useQueryClient } from '@tanstack/react-query';
import { Outlet, useNavigate, useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useState } from 'react';
import { watchLive } from '../api/live/live-connection.ts';
import { createLiveStore } from '../api/live/live-store.ts';
import { LiveStoreContext } from '../api/live/use-live.ts';
import { meQuery } from '../api/queries.ts';
import { signOut } from '../api/session.ts';
import { useFreshRules } from '../api/use-fresh-rules.ts';
import { PATHS } from '../paths.ts';
import { useTheme } from '../theme/use-theme.ts';
import { useHotkeys } from '../ui/use-hotkeys.ts';
import { LeftOut } from './left-out.tsx';
import { Rail } from './rail.tsx';
import { ShortcutsSheet } from './shortcuts-sheet.tsx';
import { TopBar } from './top-bar.tsx';

const Palette = lazy(() => import('./palette.tsx').then((module) => ({ default: module.Palette })));

type Overlay = 'none' | 'palette' | 'shortcuts';

/** What surrounds every page of a signed-in person: rail, top bar, palette, keys, and the live feed. */
export function Shell() {
  const store = useLiveFeed();
  useFreshRules(store);
  const navigate = useNavigate();
  const [overlay, setOverlay] = useState<Overlay>('none');
  const [theme, setTheme] = useTheme();
  const leave = useSignOut();

  useHotkeys({
    'mod+k': () => setOverlay((shown) => (shown === 'palette' ? 'none' : 'palette')),
    '?': () => setOverlay('shortcuts'),
    'g l': () => void navigate({ to: PATHS.live }),
    'g c': () => void navigate({ to: PATHS.conversations }),
    'g s': () => void navigate({ to: PATHS.search }),
    'g r': () => void navigate({ to: PATHS.requests }),
    'g u': () => void navigate({ to: PATHS.usage }),
    'g i': () => void navigate({ to: PATHS.limits }),
    'g k': () => void navigate({ to: PATHS.keys }),
    'g a': () => void navigate({ to: PATHS.accounts }),
    'g t': () => void navigate({ to: PATHS.audit }),
  });

  return (
    <LiveStoreContext value={store}>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-accent-solid px-3 py-2 text-white focus:not-sr-only focus:absolute focus:top-2 focus:left-2"
      >
        Skip to the page
      </a>
      <div className="flex h-dvh flex-col-reverse sm:flex-row">
        <Rail onHelp={() => setOverlay('shortcuts')} theme={theme} onTheme={setTheme} onLeave={leave} />
        <div className="flex min-h-0 min-w-0 grow flex-col">
          <TopBar onSearch={() => setOverlay('palette')} />
          <main id="main" tabIndex={-1} className="flex min-h-0 grow flex-col outline-none">
            <LeftOut />
            <Outlet />
          </main>
        </div>
      </div>
      <ShortcutsSheet open={overlay === 'shortcuts'} onClose={() => setOverlay(closing('shortcuts'))} />
      {overlay === 'palette' && (
        <Suspense>
          <Palette
            onClose={() => setOverlay(closing('palette'))}
            onTheme={setTheme}
            onShortcuts={() => setOverlay('shortcuts')}
            onSignOut={leave}
          />
        </Suspense>
      )}
    </LiveStoreContext>
  );
}

/** One overlay's end must not close the other, which may have been opened meanwhile. */
function closing(which: Overlay): (shown: Overlay) => Overlay {
  return (shown) => (shown === which ? 'none' : shown);
}

/** Ends the session, and with it everything that this page read. */
function useSignOut(): () => void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  async function leave(): Promise<void> {
    await signOut();
    queries.clear();
    await navigate({ to: PATHS.signIn });
  }
  return () => void leave();
}

function useLiveFeed() {
  const [store] = useState(() => createLiveStore(() => Date.now()));
  const queries = useQueryClient();
  const router = useRouter();
  useEffect(() => {
    const leave = new AbortController();
    const options = {
      fetch: (url: string, init: RequestInit) => fetch(url, init),
      onEvent: store.push,
      onState(state: Parameters<typeof store.setConnection>[0]) {
        store.setConnection(state);
        if (state !== 'locked') return;
        queries.removeQueries({ queryKey: meQuery.queryKey });
        void router.invalidate();
      },
    };
    void watchLive(options, leave.signal);
    return () => leave.abort();
  }, [store, queries, router]);
  return store;
}
