import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { accountsQuery } from './account-queries.ts';
import { useLiveStore } from './live/use-live.ts';

/** What the live feed tells of accounts is asked for at once; the rest may wait. */
const LOOK_EVERY_MS = 30_000;

/** How many accounts cannot take requests though nobody wanted that; 0 while it is not known. */
export function useAccountTroubles(): number {
  const store = useLiveStore();
  const queries = useQueryClient();
  useEffect(
    () => store.onAccounts(() => void queries.invalidateQueries({ queryKey: accountsQuery.queryKey })),
    [store, queries],
  );
  const { data } = useQuery({ ...accountsQuery, refetchInterval: LOOK_EVERY_MS });
  const troubled = data?.accounts.filter(({ state }) => TROUBLES.has(state)) ?? [];
  return troubled.length;
}

const TROUBLES: ReadonlySet<string> = new Set(['resting', 'probing', 'auth-failed', 'invalid']);
