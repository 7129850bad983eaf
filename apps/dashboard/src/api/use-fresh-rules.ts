import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { budgetsQuery, setLimitsQuery } from './limit-queries.ts';
import type { LiveStore } from './live/live-store.ts';

/** Reads keys, limits and budgets anew when anybody changed them, wherever: another page, the command line, another gateway. */
export function useFreshRules(store: LiveStore): void {
  const queries = useQueryClient();
  useEffect(
    () =>
      store.onRules(({ keys, limits }) => {
        const stale = [
          ...(keys ? [['keys']] : []),
          ...(limits ? [setLimitsQuery.queryKey, budgetsQuery.queryKey] : []),
          ['audit'],
        ];
        for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
      }),
    [store, queries],
  );
}
