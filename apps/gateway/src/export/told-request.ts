import type { RecordedRequest } from '@nexus/core';

/** A recorded request, as others are told of it. */
export interface ToldRequest extends RecordedRequest {
  /** Where its account sends requests; absent where that is CLAUDE_API_BASE_URL. */
  readonly upstreamUrl?: string | undefined;
}
