import type { OperationInput, OperationOutput } from '@nexus/contract';
import { listCarriers, loadRequests, toMessageKey } from '@nexus/storage';
import type { Context } from '../context.ts';
import { toRequestSummary } from '../request/to-request-summary.ts';
import { requireStorage } from '../require-storage.ts';

/** The requests whose bodies carried a message, the first of them first. */
export async function listMessageRequests(
  context: Context,
  { messageId, limit }: OperationInput<'search.requests'>,
): Promise<OperationOutput<'search.requests'>> {
  const storage = requireStorage(context);
  const [payloadId = '', textHash = ''] = messageId.split('.');
  const message = { payloadId, textHash };
  const found = (await listCarriers(storage, [message])).get(toMessageKey(message));
  const carriers = found?.requests ?? [];
  const requests = await loadRequests(storage, carriers.slice(0, limit));
  return {
    requests: requests.map(({ facts, link }) => toRequestSummary(facts, link)),
    requestCount: carriers.length,
    isCut: found?.isCut ?? false,
  };
}
