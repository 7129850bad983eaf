import { findHeader } from '@nexus/anthropic';
import { GatewayError, type OperationInput, type RawBody } from '@nexus/contract';
import { findResponseBody, rebuildRequestBody } from '@nexus/storage';
import type { Context } from '../context.ts';
import { requireStorage } from '../require-storage.ts';
import { requireRequest } from './require-request.ts';

const UNKNOWN_MEDIA_TYPE = 'application/octet-stream';

/** The exact bytes of one body as they passed on the wire, still encoded where they were. */
export async function getRawBody(
  context: Context,
  { requestId, part }: OperationInput<'request.raw'>,
): Promise<RawBody> {
  const storage = requireStorage(context);
  const found = await requireRequest(storage, requestId);
  const headers = part === 'request' ? found.requestHeaders : found.responseHeaders;
  const body =
    part === 'request' ? await rebuildRequestBody(storage, requestId) : await findResponseBody(storage, requestId);
  if (body === null) throw new GatewayError('body-absent', { detail: { requestId, part } });
  return {
    bytes: body.bytes,
    mediaType: findHeader(headers, 'content-type') ?? UNKNOWN_MEDIA_TYPE,
    contentEncoding: findHeader(headers, 'content-encoding'),
  };
}
