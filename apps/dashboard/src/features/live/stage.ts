import type { InFlightRequest } from '@nexus/contract';

/** How far an exchange in flight has come. */
export function toStage(
  request: Pick<InFlightRequest, 'status' | 'firstTokenMs' | 'outputTokens'>,
): 'Waiting' | 'Answering' | 'Streaming' | 'Failing' {
  if (request.status !== null && request.status >= 400) return 'Failing';
  if (request.firstTokenMs !== null || request.outputTokens > 0) return 'Streaming';
  return request.status === null ? 'Waiting' : 'Answering';
}
