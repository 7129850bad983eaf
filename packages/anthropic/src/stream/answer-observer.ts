import type { AnswerObserver } from './answer-state.ts';
import { createEventObserver } from './event-observer.ts';
import { createJsonObserver } from './json-observer.ts';

/**
 * An observer for one answer. `stream` tells whether the answer is an event stream (its `content-type`), not whether one
 * was asked for. The state depends on the bytes alone, never on how they were cut. Memory is bounded: one event, or one
 * JSON body of at most 32 MB.
 */
export function createAnswerObserver({ stream }: { stream: boolean }): AnswerObserver {
  return stream ? createEventObserver() : createJsonObserver();
}
