import type { RequestDetail } from '@nexus/contract';

/** How a turn used the prompt cache is found out within this time, or much later. */
const SOON_MS = 15_000;

/** Whether it is worth asking again what the prompt cache did for a request that ended a moment ago. */
export function isCacheToCome(
  detail: Pick<RequestDetail, 'request' | 'cache'> | undefined,
  nowMs = Date.now(),
): boolean {
  if (detail === undefined || detail.cache !== null || detail.request.usage === null) return false;
  const { relation, startedAt, durationMs } = detail.request;
  return relation !== 'attached' && nowMs - Date.parse(startedAt) - durationMs < SOON_MS;
}
