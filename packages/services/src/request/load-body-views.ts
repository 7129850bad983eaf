import { findHeader } from '@nexus/anthropic';
import type { BodyView } from '@nexus/contract';
import { findResponseBody, type FoundRequest, rebuildRequestBody, type Storage } from '@nexus/storage';
import { toBodyView } from './to-body-view.ts';

/** The body of a request as pages show it; null where none was kept. */
export async function loadRequestBodyView(storage: Storage, found: FoundRequest): Promise<BodyView | null> {
  const body = found.requestBody === null ? null : await rebuildRequestBody(storage, found.facts.requestId);
  if (body === null) return null;
  return toBodyView({
    ...body,
    encoding: findHeader(found.requestHeaders, 'content-encoding'),
    mediaType: findHeader(found.requestHeaders, 'content-type'),
  });
}

/** The answer to a request as pages show it; null where none was kept. */
export async function loadResponseBodyView(storage: Storage, found: FoundRequest): Promise<BodyView | null> {
  const body = found.responseBody === null ? null : await findResponseBody(storage, found.facts.requestId);
  if (body === null) return null;
  const { bytes, sha256, encoding } = body;
  return toBodyView({ bytes, sha256, encoding, mediaType: findHeader(found.responseHeaders, 'content-type') });
}
