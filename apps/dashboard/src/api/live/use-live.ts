import { createContext, use, useSyncExternalStore } from 'react';
import type { LiveSnapshot, LiveStore } from './live-store.ts';

export const LiveStoreContext = createContext<LiveStore | null>(null);

/** The store of the live feed; the shell provides it. */
export function useLiveStore(): LiveStore {
  const store = use(LiveStoreContext);
  if (!store) throw new Error('the live store is provided by the shell, above every page');
  return store;
}

/** What is in flight now and what ended lately; redraws as events come. */
export function useLive(): LiveSnapshot {
  const store = useLiveStore();
  return useSyncExternalStore(store.subscribe, store.read);
}
