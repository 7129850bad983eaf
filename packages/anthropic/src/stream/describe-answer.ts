import { toPlainText } from '../request/to-plain-text.ts';
import { createAnswerObserver } from './answer-observer.ts';
import type { AnswerState } from './answer-state.ts';

/** Names in an answer are short; longer ones are cut so that they fit columns and indexes. */
const NAME_LENGTH_MAX = 200;

/**
 * What the record keeps of an answer, read from its whole decoded body: the observer's last state, with texts fit to be
 * stored and shown.
 */
export function describeAnswer({ body, stream }: { readonly body: Uint8Array; readonly stream: boolean }): AnswerState {
  const observer = createAnswerObserver({ stream });
  observer.push(body);
  observer.end();
  const state = observer.state();
  return {
    ...state,
    stopReason: toName(state.stopReason),
    errorType: toName(state.errorType),
    modelServed: toName(state.modelServed),
    toolNames: state.toolNames.map((name) => toPlainText(name, NAME_LENGTH_MAX)),
  };
}

function toName(text: string | null): string | null {
  return text === null ? null : toPlainText(text, NAME_LENGTH_MAX);
}
