import { type BatchUse, type OperationInput, type OperationOutput, PHASES } from '@nexus/contract';
import type { PhaseTimings } from '@nexus/core';
import { findCacheTurn, type FoundRequest, loadBatchUse, type Storage } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { toCacheUse } from '../usage/to-cache-use.ts';
import { loadRequestBodyView, loadResponseBodyView } from './load-body-views.ts';
import { requireRequest } from './require-request.ts';
import { toBatchUse } from './to-batch-use.ts';
import { toRequestSummary } from './to-request-summary.ts';

/** One request with everything that was kept of it. */
export async function getRequest(
  context: Context,
  { requestId }: OperationInput<'request.get'>,
): Promise<OperationOutput<'request.get'>> {
  const storage = requireStorage(context);
  const found = await requireRequest(storage, requestId);
  const [turn, batch, requestBody, responseBody] = await Promise.all([
    findCacheTurn(storage, requestId),
    findBatchUse(storage, found),
    loadRequestBodyView(storage, found),
    loadResponseBodyView(storage, found),
  ]);
  return {
    request: toRequestSummary(found.facts, found.link),
    errorDetail: found.errorDetail ?? null,
    attempts: found.attempts ?? [],
    cache: turn && toCacheUse(turn),
    batch,
    phases: toPhaseList(found.phases),
    requestHeaders: found.requestHeaders,
    responseHeaders: found.responseHeaders,
    requestBody,
    responseBody,
    responseTimings: found.responseBody?.timings ?? [],
  };
}

/** Null for what is no results of a batch. */
async function findBatchUse(storage: Storage, { facts, batch }: FoundRequest): Promise<BatchUse | null> {
  return batch === undefined ? null : toBatchUse(batch, await loadBatchUse(storage, facts.requestId));
}

/** In the order of the phases; a phase that was not reached is not listed. */
function toPhaseList(timings: PhaseTimings) {
  return PHASES.flatMap((name) => {
    const timing = timings[name];
    return timing === undefined ? [] : [{ name, startUs: timing.startUs, endUs: timing.endUs }];
  });
}
