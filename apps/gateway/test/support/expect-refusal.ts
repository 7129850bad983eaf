import { expect } from 'bun:test';
import { type ErrorCode, toErrorRow } from '@nexus/contract';
import type { TestGateway } from './start-test-gateway.ts';

export interface ExpectedRefusal {
  readonly status: number;
  /** `error.type` in Anthropic's body. */
  readonly type: string;
  readonly code: ErrorCode;
  readonly outcome?: string;
}

/** An answer of our own: Anthropic's shape, our headers, and one record of it. */
export async function expectRefusal(gw: TestGateway, answer: Response, expected: ExpectedRefusal): Promise<void> {
  const requestId = answer.headers.get('x-nexus-request-id');
  expect(answer.status).toBe(expected.status);
  expect(answer.headers.get('x-nexus-error')).toBe(expected.code);
  expect(answer.headers.get('request-id')).toBe(requestId);
  expect(answer.headers.get('content-type')).toBe('application/json');
  const isWorthIt = toErrorRow(expected.code).retryable && Number(answer.headers.get('retry-after')) <= 60;
  expect(answer.headers.get('x-should-retry')).toBe(isWorthIt ? null : 'false');
  expect(await answer.json()).toEqual({
    type: 'error',
    error: { type: expected.type, message: expect.any(String) },
    request_id: requestId,
  });
  expect(await gw.exchange(requestId)).toMatchObject({
    outcome: expected.outcome ?? 'refused',
    status: expected.status,
    errorCode: expected.code,
  });
  expect(gw.ended().filter((line) => line.requestId === requestId)).toHaveLength(1);
}
