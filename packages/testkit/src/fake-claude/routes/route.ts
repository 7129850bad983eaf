import type { Answer } from '../answer.ts';
import type { Behaviour } from '../behaviour.ts';
import type { HeaderPairs } from '../http/request-head.ts';
import type { ReceivedRequest } from '../received-request.ts';

/** What a route gets: the request, its parsed address, and the id of its answer. */
export interface RouteContext {
  readonly request: ReceivedRequest;
  readonly url: URL;
  readonly requestId: string;
  readonly nowMs: number;
}

/** An answer and how it is to be delivered. */
export interface PlannedAnswer {
  readonly answer: Answer;
  readonly behaviour: Behaviour;
}

/**
 * A part of the fake: answers what it knows, gives null for what it does not. A bare answer is delivered as the
 * `x-fake-*` headers of the request say.
 */
export type Route = (context: RouteContext) => Answer | PlannedAnswer | null;

/** The credential a caller sent, from either header, and which one it was; `x-api-key` wins as at Claude. */
export function findCredential(headers: HeaderPairs): { kind: 'key' | 'bearer'; value: string } | null {
  let bearer: string | null = null;
  for (const [name, value] of headers) {
    const known = name.toLowerCase();
    if (known === 'x-api-key' && value !== '') return { kind: 'key', value };
    if (known === 'authorization' && /^bearer \S/i.test(value)) bearer = value.slice('bearer '.length).trim();
  }
  return bearer === null ? null : { kind: 'bearer', value: bearer };
}
