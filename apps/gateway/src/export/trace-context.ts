import { findHeader } from '@nexus/anthropic';
import type { HeaderList } from '@nexus/core';

/** Where a caller's own trace goes on, as its `traceparent` says. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const NO_TRACE = /^0+$/;

/** Null where there is none, or none that can be used (W3C Trace Context §3.2). */
export function parseTraceParent(header: string | null): TraceParent | null {
  const found = header === null ? null : TRACEPARENT.exec(header.trim());
  if (found === null) return null;
  const [, traceId = '', spanId = '', flags = '', more] = found;
  // Version 00 ends with its flags; later ones may go on.
  if (header?.trim().startsWith('00-') === true && more !== undefined) return null;
  if (NO_TRACE.test(traceId) || NO_TRACE.test(spanId)) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/**
 * The trace of a request that its caller did not begin one for: the request id itself, without its dashes. A UUIDv7 has 62
 * random bits at its end, which is where samplers look, and whoever sees a trace has the request's page with it.
 */
export function toTraceId(requestId: string): string {
  return requestId.replaceAll('-', '').toLowerCase();
}

/** The trace that an exchange belongs to: its caller's, else its own. */
export function findTraceId(exchange: { readonly requestId: string; readonly requestHeaders: HeaderList }): string {
  return findTraceParent(exchange.requestHeaders)?.traceId ?? toTraceId(exchange.requestId);
}

export function findTraceParent(headers: HeaderList): TraceParent | null {
  return parseTraceParent(findHeader(headers, 'traceparent'));
}

/** The span of a request: the random half of its id, so that a record which is told twice gives the same span twice. */
export function toSpanId(requestId: string): string {
  return toTraceId(requestId).slice(16);
}

/** The `index`-th span below `spanId`. */
export function toChildSpanId(spanId: string, index: number): string {
  const id = BigInt.asUintN(64, BigInt(`0x${spanId}`) + BigInt(index + 1) * SPREAD);
  // Zero is no span id.
  return (id === 0n ? 1n : id).toString(16).padStart(16, '0');
}

/** Odd and large (2^64 over the golden ratio), so that children of different requests do not meet. */
const SPREAD = 0x9e3779b97f4a7c15n;
