import { type AnswerState, createAnswerObserver } from './answer-observer.ts';

/** What the record keeps of an answer: the observer's last state, read from the whole decoded body. */
export function describeAnswer({ body, stream }: { readonly body: Uint8Array; readonly stream: boolean }): AnswerState {
  const observer = createAnswerObserver({ stream });
  observer.push(body);
  observer.end();
  return observer.state();
}
