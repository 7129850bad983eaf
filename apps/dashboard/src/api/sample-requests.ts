import type { InFlightRequest, RequestSummary } from '@nexus/contract';

/** A recorded request for tests; `changes` say what the test is about. */
export function sampleRequest(changes: Partial<RequestSummary> = {}): RequestSummary {
  return {
    requestId: '0198c0de-0000-7000-8000-000000000001',
    conversationId: '0198c0de-0000-4000-8000-000000000002',
    startedAt: '2026-11-20T18:00:00.000Z',
    domain: 'default',
    keyId: null,
    accountId: null,
    sessionId: null,
    agentId: null,
    parentAgentId: null,
    method: 'POST',
    path: '/v1/messages',
    query: '',
    kind: 'inference',
    model: 'claude-sonnet-4-5',
    modelServed: 'claude-sonnet-4-5',
    stream: true,
    status: 200,
    outcome: 'completed',
    errorCode: null,
    errorType: null,
    stopReason: 'end_turn',
    usage: null,
    usageEstimated: false,
    firstByteMs: 180,
    firstTokenMs: 200,
    durationMs: 1_200,
    requestBytes: 900,
    responseBytes: 4_000,
    upstreamRequestId: null,
    userAgent: null,
    messageCount: 1,
    toolNames: [],
    preview: 'Hello',
    payload: 'stored',
    ...changes,
  };
}

/** An exchange in flight for tests. */
export function sampleInFlight(changes: Partial<InFlightRequest> = {}): InFlightRequest {
  return {
    requestId: '0198c0de-0000-7000-8000-000000000001',
    startedAt: '2026-11-20T18:00:00.000Z',
    domain: 'default',
    method: 'POST',
    path: '/v1/messages',
    model: 'claude-sonnet-4-5',
    stream: true,
    sessionId: null,
    agentId: null,
    accountId: null,
    requestBytes: 900,
    status: null,
    firstTokenMs: null,
    outputTokens: 0,
    outputTokensEstimated: true,
    responseBytes: 0,
    ...changes,
  };
}
