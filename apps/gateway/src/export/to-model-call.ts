import type { RecordedRequest } from '@nexus/core';

/** When an exchange called a model: microseconds since it began. */
export interface ModelCall {
  readonly startedUs: number;
  readonly endedUs: number;
}

/** From the first account that was asked to the end of the answer; null where no model was called. */
export function toModelCall({ facts, payload }: RecordedRequest): ModelCall | null {
  const { forward, observe } = payload.phases;
  if (facts.method !== 'POST' || facts.path !== '/v1/messages' || forward === undefined) return null;
  const attemptsUs = (payload.attempts ?? []).map(({ startMs }) => startMs * 1_000);
  const startedUs = Math.min(forward.startUs, ...attemptsUs);
  return { startedUs, endedUs: Math.max(startedUs, observe?.endUs ?? forward.endUs) };
}
