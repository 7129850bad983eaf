import { useQuery } from '@tanstack/react-query';
import { budgetsQuery, windowsQuery } from '../api/limit-queries.ts';
import { toNear } from './to-near.ts';

/** Who is near a limit changes slowly; the limits room itself looks more often. */
const NEAR_EVERY_MS = 60_000;

/** How many budgets and windows are near their bound, for the rail. */
export function useNearCount(): number {
  const budgets = useQuery({ ...budgetsQuery, refetchInterval: NEAR_EVERY_MS }).data?.budgets ?? [];
  const windows = useQuery({ ...windowsQuery, refetchInterval: NEAR_EVERY_MS }).data?.windows ?? [];
  return toNear(budgets, windows).near.length;
}
