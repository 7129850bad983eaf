import { GatewayError, type OperationInput, type OperationOutput, PHASES } from '@nexus/contract';
import type { PhaseTimings } from '@nexus/core';
import { findRequest, findResponseBody, type FoundRequest, rebuildRequestBody, type Storage } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { findHeader, toBodyView } from './to-body-view.ts';
import { toRequestSummary } from './to-request-summary.ts';

/** One request with everything that was kept of it. */
export async function getRequest(
  context: Context,
  { requestId }: OperationInput<'request.get'>,
): Promise<OperationOutput<'request.get'>> {
  const storage = requireStorage(context);
  const found = await findRequest(storage, requestId);
  if (found === null) throw new GatewayError('request-unknown', { detail: { requestId } });
  const [requestBody, responseBody] = await Promise.all([
    loadRequestBody(storage, found),
    loadResponseBody(storage, found),
  ]);
  return {
    request: toRequestSummary(found.facts),
    phases: toPhaseList(found.phases),
    requestHeaders: found.requestHeaders,
    responseHeaders: found.responseHeaders,
    requestBody,
    responseBody,
    responseTimings: found.responseBody?.timings ?? [],
  };
}

async function loadRequestBody(storage: Storage, found: FoundRequest) {
  const body = found.requestBody === null ? null : await rebuildRequestBody(storage, found.facts.requestId);
  if (body === null) return null;
  return toBodyView({
    ...body,
    encoding: findHeader(found.requestHeaders, 'content-encoding'),
    mediaType: findHeader(found.requestHeaders, 'content-type'),
  });
}

async function loadResponseBody(storage: Storage, found: FoundRequest) {
  const body = found.responseBody === null ? null : await findResponseBody(storage, found.facts.requestId);
  if (body === null) return null;
  const { bytes, sha256, encoding } = body;
  return toBodyView({ bytes, sha256, encoding, mediaType: findHeader(found.responseHeaders, 'content-type') });
}

/** In the order of the phases; a phase that was not reached is not listed. */
function toPhaseList(timings: PhaseTimings) {
  return PHASES.flatMap((name) => {
    const timing = timings[name];
    return timing === undefined ? [] : [{ name, startUs: timing.startUs, endUs: timing.endUs }];
  });
}
