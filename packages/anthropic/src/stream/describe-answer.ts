import type { AnswerState } from './answer-observer.ts';

/** What the record keeps of an answer: the observer's last state, read from the whole decoded body. */
export function describeAnswer(_answer: { readonly body: Uint8Array; readonly stream: boolean }): AnswerState {
  throw new Error('not built yet');
}
